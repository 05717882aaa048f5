"""Rebuilds divisions.csv.xz from the CSV files of the china-division package."""

from __future__ import annotations

import csv
import io
import lzma
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

DATA = Path(__file__).with_name("divisions.csv.xz")

# Rows that exist only to give counties directly under a province, and the districts of a
# municipality, a parent of four digits; no government bears these names.
PLACEHOLDERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


class BuildError(Exception):
    """The source files are missing or not those of china-division."""


def rows(source: Path) -> Iterator[tuple[str, str]]:
    """Code and name of every division in `source`: provinces and cities padded to six digits.

    Raises BuildError when a file or one of its columns is missing.
    """
    for file, width in (("provinces.csv", 6), ("cities.csv", 6), ("areas.csv", 6), ("streets.csv", 9)):
        path = source / file
        if not path.is_file():
            raise BuildError(f"{path} is missing: give the dist directory of the china-division package")
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if "code" not in row or "name" not in row:
                    raise BuildError(f"{path} has no columns code and name: is it china-division's?")
                name = row["name"].strip()
                if name and name not in PLACEHOLDERS:
                    yield row["code"].ljust(width, "0"), name


def build(source: Path, target: Path = DATA) -> int:
    """Writes `target` from the directory `source` and returns the number of divisions written."""
    # 东莞市, 中山市 and 儋州市 have no districts: their one area has the city's own padded code
    # and name, and the two rows become one.
    divisions = dict(rows(source))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("code", "name"))
    writer.writerows(sorted(divisions.items()))
    target.write_bytes(lzma.compress(text.getvalue().encode("utf-8"), preset=9 | lzma.PRESET_EXTREME))
    return len(divisions)


def main(arguments: Sequence[str]) -> int:
    """Runs the build from the command line: 0 built, 1 source unusable, 2 wrong use."""
    if len(arguments) != 1:
        print("usage: python -m archive.gazetteer.build DIST_DIR", file=sys.stderr)
        return 2
    try:
        count = build(Path(arguments[0]))
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{DATA}: {count} divisions")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
