"""The views that other people's queries rely on; their columns are kept."""

from __future__ import annotations

from archive.reading import forms
from archive.reading.cells import AMOUNTS

_ANNUAL_REPORTS = """
select
  agencies.name as agency, agencies.level, agencies.division, agencies.province, agencies.city, agencies.district,
  reports.year, documents.title, documents.published, documents.form,
  captures.url, captures.fetched_at, captures.payload as sha256, documents.text,
  (select count(*) from checks where checks.document = documents.id and not checks.holds) as checks_failed
from reports
join agencies on agencies.id = reports.agency_id
join documents on documents.id = reports.document
join captures on captures.id = documents.capture
"""

_ANNUAL_FIGURES = """
select
  agencies.name as agency, agencies.division, reports.year,
  figures.section, figures.item, figures.category, figures.value, figures.unit, figures.printed,
  captures.url
from reports
join agencies on agencies.id = reports.agency_id
join figures on figures.document = reports.document
join documents on documents.id = reports.document
join captures on captures.id = documents.capture
"""

# One row per agency and year, by agency_id, since names repeat; `document` is the report's, or the one that reads as
# something else. A year counts from the first one wanted (or the first one found) of an agency to the present one.
# Street offices, towns and departments publish by 31 January, governments by 31 March of the year after (条例 2019,
# article 49).
AGENCY_YEARS = """
with recursive
agency_sites as (
  select agency_id, url as site, since from sites where agency_id is not null
  union
  select documents.agency_id, captures.site, null
  from documents join captures on captures.id = documents.capture
  where documents.agency_id is not null and captures.site is not null
),
spans as (
  select agencies.id as agency_id, min(first.year) as year
  from agencies
  join (
    select agency_id, since as year from agency_sites where since is not null
    union all select agency_id, year from documents where agency_id is not null and year is not null
    union all select agency_id, cast(strftime('%Y', 'now') as integer) - 1 from agency_sites
  ) as first on first.agency_id = agencies.id
  group by agencies.id
),
years as (
  select agency_id, year from spans
  union all
  select agency_id, year + 1 from years where year < cast(strftime('%Y', 'now') as integer)
)
select
  years.agency_id, years.year, coalesce(reports.document, unread.id) as document,
  case
    when reports.document is not null then case
      when not exists (select 1 from figures where figures.document = reports.document and value is not null)
        then 'unparsed'
      when exists (select 1 from checks where checks.document = reports.document and not holds) then 'checks_failed'
      else 'good' end
    when unread.id is not null then 'fetched_not_report'
    when date('now') <= date((years.year + 1) || case
      when agencies.level in ('province', 'city', 'district') then '-03-31' else '-01-31' end) then 'not_due'
    when blocked.reason is not null then 'blocked'
    else 'not_found'
  end as state,
  case
    when reports.document is not null then ltrim(coalesce(
      (select group_concat(rule || case when detail = '' then '' else ': ' || detail end, '; ')
       from checks where checks.document = reports.document and not holds),
      (select group_concat(distinct json_extract(value, '$.code'))
       from documents, json_each(documents.warnings) where documents.id = reports.document),
      '') || coalesce(
      (select '; the page is gone (' || coalesce(frontier.reason, 'no reason') || ')'
       from documents join captures on captures.id = documents.capture join frontier on frontier.key = captures.key
       where documents.id = reports.document and frontier.state = 'gone'),
      ''), '; ')
    when unread.id is not null
      then coalesce(unread.error, 'read as something else than an annual report: ' || unread.url)
    when blocked.reason is not null then blocked.reason
    when exists (select 1 from agency_sites join sites on sites.url = agency_sites.site
      where agency_sites.agency_id = agencies.id and sites.last_working is not null)
      then 'no report of this year on the site'
    else 'the site has not answered'
  end as detail
from years
join agencies on agencies.id = years.agency_id
left join reports on reports.agency_id = years.agency_id and reports.year = years.year
left join (
  select max(documents.id) as id, documents.agency_id, documents.year, captures.error, captures.url
  from documents join captures on captures.id = documents.capture
  where not documents.is_report group by documents.agency_id, documents.year
) as unread on unread.agency_id = years.agency_id and unread.year = years.year
left join (
  select agency_sites.agency_id, min(frontier.url || ': ' || coalesce(frontier.reason, frontier.state)) as reason
  from agency_sites join frontier on frontier.site = agency_sites.site
  where frontier.state in ('blocked', 'robots') and frontier.kind in ('entry', 'column', 'list')
    -- A site's own search is a second route: most sites close it to robots, and lose nothing by it.
    and json_extract(frontier.request, '$.memo.search') is null
  group by agency_sites.agency_id
) as blocked on blocked.agency_id = years.agency_id
"""

_COVERAGE = f"""
select agencies.name as agency, agencies.division, agency_years.year, agency_years.state, agency_years.detail
from ({AGENCY_YEARS}) as agency_years
join agencies on agencies.id = agency_years.agency_id
"""


# Amounts are kept as printed; beside them stands the amount in 元 where the unit is known.
_IN_YUAN = "round(value * case unit when '元' then 1 when '万元' then 10000 when '亿元' then 100000000 end, 2)"


def _columns(item: forms.Item, category: str) -> list[str]:
    """The columns of one figure in a view by report."""
    chosen = f"case when item = '{item.name}' and category = '{category}' then"
    columns = [f"max({chosen} value end) as {item.name}_{category}"]
    if (item.name, category) in AMOUNTS:
        columns.append(f"max({chosen} {_IN_YUAN} end) as {item.name}_{category}_yuan")
    return columns


def by_report(section: str, before: str = "") -> str:
    """One row per report and one column per figure of a section; `before` are columns to stand in front."""
    columns = ",\n  ".join(
        column
        for item in forms.ITEMS
        if item.section == section
        for category in item.categories
        for column in _columns(item, category)
    )
    # The plus keeps SQLite from going through all figures of the section once for every report.
    return f"""
select
  {before}agencies.name as agency, agencies.division, reports.year, captures.url,
  {columns}
from reports
join agencies on agencies.id = reports.agency_id
join documents on documents.id = reports.document
join captures on captures.id = documents.capture
left join figures on figures.document = reports.document and +figures.section = '{section}'
group by reports.agency_id, reports.year
"""


VIEWS: dict[str, str] = {
    "annual_reports": _ANNUAL_REPORTS,
    "annual_figures": _ANNUAL_FIGURES,
    "coverage": _COVERAGE,
    "applications_by_report": by_report("applications"),
    "disclosure_by_report": by_report("disclosure"),
    "review_by_report": by_report("review"),
}

# Of each view: what one row is, and its columns.
VIEW_DESCRIPTIONS: dict[str, tuple[str, str]] = {
    "annual_reports": (
        "one report: the best document of an agency-year",
        "`agency`, `level`, `division`, `province`, `city`, `district`, `year`, `title`, `published`, `form`, `url`, "
        "`fetched_at`, `sha256`, `text`, `checks_failed`",
    ),
    "annual_figures": (
        "one figure of one report",
        "`agency`, `division`, `year`, `section`, `item`, `category`, `value`, `unit`, `printed`, `url`",
    ),
    "coverage": (
        "one agency-year, with a report or without; `state` is `good`, `checks_failed`, `unparsed`, "
        "`fetched_not_report`, `blocked`, `not_found` or `not_due`",
        "`agency`, `division`, `year`, `state`, `detail`",
    ),
    "applications_by_report": (
        "one report",
        "`agency`, `division`, `year`, `url`, then `<item>_<category>` for every figure of section `applications`",
    ),
    "disclosure_by_report": (
        "one report",
        "likewise for section `disclosure`; `fees_amount_yuan` and `procurement_amount_yuan` are the amounts in 元 "
        "where their unit is known",
    ),
    "review_by_report": ("one report", "likewise for section `review`"),
}
