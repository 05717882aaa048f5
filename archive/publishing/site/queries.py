"""The canned queries of the site; `match_query` and `excerpt` are SQL functions of the plugin."""

from __future__ import annotations

from typing import Any

from archive.publishing.coverage import HAVE_REPORT
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

_FAILED_CHECKS = """
select agencies.name as agency, reports.year, checks.rule, checks.detail, documents.title, captures.url
from reports
join checks on checks.document = reports.document and not checks.holds
join agencies on agencies.id = reports.agency_id
join documents on documents.id = reports.document
join captures on captures.id = documents.capture
order by reports.year desc, agencies.division, checks.rule
"""

_WITHOUT_REPORT = f"""
select agency, division, year, state, detail from coverage
where (:year = '' or year = cast(:year as integer))
  and state not in ({", ".join(f"'{state}'" for state in HAVE_REPORT)}, 'not_due')
order by year desc, division is null, division, agency
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
select reports.year, outcome.item as reason,
  case outcome.item
    {labels}
  end as label,
  sum(outcome.value) as applications, sum(handled.value) as handled,
  round(100.0 * sum(outcome.value) / sum(handled.value), 2) as percent, count(*) as reports
from reports
join figures as outcome on outcome.document = reports.document and outcome.section = 'applications'
  and outcome.category = 'total' and outcome.item in ({names})
join figures as handled on handled.document = reports.document and handled.section = 'applications'
  and handled.category = 'total' and handled.item = 'handled_total'
where outcome.value is not null and handled.value is not null
  and not exists (select 1 from checks where checks.document = reports.document
                    and checks.rule like 'applications.%' and not checks.holds)
group by reports.year, outcome.item
order by reports.year desc, percent desc
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
        "check on the applications table fails; `reports` says how many those are.",
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
}
