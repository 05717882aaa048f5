"""The canned queries of the site; `match_query` and `excerpt` are SQL functions of the plugin."""

from __future__ import annotations

from typing import Any

from archive import views
from archive.reading import forms

_SEARCH = """
select agencies.name as agency, documents.year, documents.title, captures.url,
  excerpt(documents.text, :words) as snippet, documents.id as document
from documents_search
join documents on documents.id = documents_search.rowid
join captures on captures.id = documents.capture
left join agencies on agencies.id = documents.agency_id
where documents_search match match_query(:words) and documents.is_report
order by documents_search.rank limit 200
"""

# From the checks on: few fail of many.
_FAILED_CHECKS = """
select agencies.name as agency, reports.year, checks.rule, checks.detail, documents.title, captures.url
from checks
cross join reports on reports.document = checks.document
join agencies on agencies.id = reports.agency_id
join documents on documents.id = reports.document
join captures on captures.id = documents.capture
where checks.holds = 0
order by reports.year desc, agencies.division, checks.rule limit 500
"""

# The view's rows, but the states of the reports that are there are not worked out.
_WITHOUT_REPORT = f"""
select agencies.name as agency, agencies.division, agency_years.year, agency_years.state, agency_years.detail
from ({views.AGENCY_YEARS}) as agency_years
join agencies on agencies.id = agency_years.agency_id
where (:year = '' or agency_years.year = cast(:year as integer))
  and not exists (select 1 from reports
                  where reports.agency_id = agency_years.agency_id and reports.year = agency_years.year)
  and agency_years.state != 'not_due'
order by agency_years.year desc, agencies.division is null, agencies.division, agency
"""


# Reports of two years in a row; a change is only as good as both numbers, so the checks that fail are told.
_LARGEST_CHANGES = """
select agencies.name as agency, later.year, before.value as year_before, after.value as this_year,
  after.value - before.value as change,
  (select count(*) from checks where checks.document in (earlier.document, later.document) and checks.holds = 0
     and checks.rule like 'applications.%') as checks_failed,
  agencies.district, later.document
from reports as later
join reports as earlier on earlier.agency_id = later.agency_id and earlier.year = later.year - 1
join figures as after on after.document = later.document and after.section = 'applications'
  and after.item = 'new' and after.category = 'total'
join figures as before on before.document = earlier.document and before.section = 'applications'
  and before.item = 'new' and before.category = 'total'
join agencies on agencies.id = later.agency_id
where after.value != before.value and (:year = '' or later.year = cast(:year as integer))
order by abs(after.value - before.value) desc, later.year desc, agency limit 200
"""

# Street offices, towns and departments publish by 31 January, governments by 31 March (条例 2019, article 49).
_PUBLISHED_LATE = """
select agencies.name as agency, agencies.level, reports.year, documents.published,
  cast(julianday(documents.published) - julianday(
    (reports.year + 1) || case when agencies.level in ('province', 'city', 'district') then '-03-31' else '-01-31' end
  ) as integer) as days_late,
  agencies.district, reports.document
from reports
join documents on documents.id = reports.document
join agencies on agencies.id = reports.agency_id
where (:year = '' or reports.year = cast(:year as integer)) and days_late > 0 and reports.year >= 2019
order by reports.year desc, days_late desc, agency limit 500
"""

_CORRECTED_REVIEWS = """
select agencies.name as agency, reports.year,
  sum(case when figures.item = 'reconsideration' then figures.value end) as reconsiderations_corrected,
  sum(case when figures.item != 'reconsideration' then figures.value end) as lawsuits_corrected,
  agencies.district, reports.document
from figures
join reports on reports.document = figures.document
join agencies on agencies.id = reports.agency_id
where figures.section = 'review' and figures.category = 'corrected' and figures.value > 0
  and figures.item in ('reconsideration', 'litigation_direct', 'litigation_after_review')
group by reports.document
order by reports.year desc, sum(figures.value) desc, agency limit 500
"""


def _denial_rates() -> str:
    """Every outcome but (partly) granted: its share of the applications handled, by year.

    A report counts for a reason where both numbers are there and no check of its applications table fails.
    """
    reasons = [
        item
        for item in forms.APPLICATIONS
        if item.group in (forms.DENIED, forms.UNAVAILABLE, forms.REJECTED, forms.OTHER)
    ]
    # Group before row: 三（三）不予公开 and 三（六）其他处理 number their rows alike.
    labels = "\n    ".join(
        f"when '{item.name}' then '{item.label if item.label == item.group else item.group + ' ' + item.label}'"
        for item in reasons
    )
    names = ", ".join(f"'{item.name}'" for item in reasons)
    return f"""
with sound as materialized (
  select reports.year, reports.document, handled.value as handled
  from reports
  join figures as handled on handled.document = reports.document and handled.section = 'applications'
    and handled.item = 'handled_total' and handled.category = 'total'
  where handled.value is not null
    and not exists (select 1 from checks where checks.document = reports.document
                      and checks.rule like 'applications.%' and checks.holds = 0)
)
select sound.year, outcome.item as reason,
  case outcome.item
    {labels}
  end as label,
  sum(outcome.value) as applications, sum(sound.handled) as handled,
  round(100.0 * sum(outcome.value) / sum(sound.handled), 2) as percent, count(*) as reports
from figures as outcome
-- In this order: the index of figures is read from one end to the other.
cross join sound on sound.document = outcome.document
where outcome.section = 'applications' and outcome.item in ({names}) and outcome.category = 'total'
  and outcome.value is not null
group by sound.year, outcome.item
order by sound.year desc, percent desc
"""


QUERIES: dict[str, dict[str, Any]] = {
    "search": {
        "title": "Search titles and texts · 全文检索",
        "description": "Every word must occur; Chinese words of one or two characters are found. At most 200 reports.",
        "sql": _SEARCH,
        "hide_sql": True,
    },
    "denial_rates": {
        "title": "Denials by year and reason · 不予公开等办理结果占比",
        "description": "Share of the applications handled, over the reports in which both numbers were read and no "
        "check on the applications table fails; the column reports says how many those are.",
        "sql": _denial_rates(),
        "hide_sql": True,
    },
    "failed_checks": {
        "title": "Reports that break a check · 勾稽关系不成立的年报",
        "description": "The numbers are as the agency printed them; a broken check is a finding about the report.",
        "sql": _FAILED_CHECKS,
        "hide_sql": True,
    },
    "without_report": {
        "title": "Agencies without a report for a year · 未公开年报的机关",
        "description": "Only years whose reports are due; leave the year empty for all years.",
        "sql": _WITHOUT_REPORT,
        "hide_sql": True,
    },
    "published_late": {
        "title": "Published after the day they were due · 逾期公开的年报",
        "description": "By the date the page prints: 31 January for street offices, towns and departments, 31 March "
        "for governments; leave the year empty for all years. Reports that are missing are in the query before.",
        "sql": _PUBLISHED_LATE,
        "hide_sql": True,
    },
    "largest_changes": {
        "title": "Largest changes in applications received · 新收申请变化最大的机关",
        "description": "From one year to the next, where both reports are there; leave the year empty for all years.",
        "sql": _LARGEST_CHANGES,
        "hide_sql": True,
    },
    "corrected_reviews": {
        "title": "Reviews and lawsuits that were corrected · 复议诉讼结果纠正",
        "description": "Reports that count a reconsideration or a lawsuit whose result was corrected (结果纠正).",
        "sql": _CORRECTED_REVIEWS,
        "hide_sql": True,
    },
}
