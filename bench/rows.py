"""What every measurement gives: a row of the table, with its goal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that was measured, and the goal for it: at most, or at least where `least` is set."""

    name: str
    measured: float
    goal: float
    unit: str = "×"
    least: bool = False

    @property
    def holds(self) -> bool:
        return self.measured >= self.goal if self.least else self.measured <= self.goal

    def __str__(self) -> str:
        sign = "≥" if self.least else "≤"
        name = f"{self.name} " if self.name else ""
        space = "" if self.unit == "×" else " "
        return f"{name}{self.measured:.3g}{space}{self.unit} ({sign} {self.goal:g}{space}{self.unit})"


@dataclass(frozen=True, slots=True)
class Row:
    """A work, what it is compared with, and what came out."""

    work: str
    compared_with: str
    limits: tuple[Limit, ...]
    details: str

    @property
    def holds(self) -> bool:
        return all(limit.holds for limit in self.limits)
