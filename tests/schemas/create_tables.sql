-- An archive as the versions before `keep_the_head_of_an_answer` made it, with one capture.
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE TABLE "agencies" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "name" TEXT NOT NULL,
   "level" TEXT NOT NULL,
   "division" TEXT,
   "province" TEXT,
   "city" TEXT,
   "district" TEXT
);
CREATE TABLE "sites" (
   "url" TEXT PRIMARY KEY NOT NULL,
   "name" TEXT NOT NULL,
   "agency_id" TEXT REFERENCES "agencies"("id"),
   "division" TEXT,
   "family" TEXT,
   "since" INTEGER,
   "last_working" TEXT
);
CREATE TABLE "runs" (
   "id" INTEGER PRIMARY KEY,
   "started" TEXT NOT NULL,
   "ended" TEXT,
   "outcome" TEXT,
   "counts" TEXT
);
CREATE TABLE "frontier" (
   "id" INTEGER PRIMARY KEY,
   "key" TEXT NOT NULL,
   "url" TEXT NOT NULL,
   "site" TEXT NOT NULL,
   "kind" TEXT NOT NULL,
   "depth" INTEGER NOT NULL,
   "priority" INTEGER NOT NULL,
   "state" TEXT NOT NULL,
   "reason" TEXT,
   "lease" INTEGER,
   "attempts" INTEGER NOT NULL,
   "etag" TEXT,
   "last_modified" TEXT,
   "next_due" TEXT,
   "request" TEXT NOT NULL,
   "discovered" TEXT NOT NULL,
   "discovered_on" TEXT,
   "fetched" TEXT
);
CREATE TABLE "dictionaries" (
   "id" INTEGER PRIMARY KEY,
   "body" BLOB NOT NULL,
   "size" INTEGER NOT NULL,
   "samples" INTEGER NOT NULL
);
CREATE TABLE "payloads" (
   "sha256" TEXT PRIMARY KEY NOT NULL,
   "body" BLOB NOT NULL,
   "size" INTEGER NOT NULL,
   "dictionary" INTEGER REFERENCES "dictionaries"("id")
);
CREATE TABLE "captures" (
   "id" INTEGER PRIMARY KEY,
   "key" TEXT NOT NULL,
   "url" TEXT NOT NULL,
   "site" TEXT,
   "kind" TEXT NOT NULL,
   "link_text" TEXT,
   "link_date" TEXT,
   "link_agency" TEXT,
   "fetched_at" TEXT NOT NULL,
   "status" INTEGER NOT NULL,
   "headers" TEXT NOT NULL,
   "payload" TEXT NOT NULL REFERENCES "payloads"("sha256"),
   "transferred" TEXT REFERENCES "payloads"("sha256"),
   "request" TEXT,
   "rendered" INTEGER NOT NULL,
   "run" INTEGER REFERENCES "runs"("id"),
   "error" TEXT
);
CREATE TABLE "documents" (
   "id" INTEGER PRIMARY KEY,
   "capture" INTEGER NOT NULL REFERENCES "captures"("id"),
   "agency_id" TEXT REFERENCES "agencies"("id"),
   "year" INTEGER,
   "is_report" INTEGER NOT NULL,
   "title" TEXT,
   "published" TEXT,
   "form" TEXT,
   "host_state" TEXT,
   "media_type" TEXT NOT NULL,
   "charset" TEXT,
   "text" TEXT NOT NULL,
   "warnings" TEXT NOT NULL,
   "reader_version" TEXT NOT NULL,
   "read_at" TEXT NOT NULL
);
CREATE TABLE "reports" (
   "agency_id" TEXT NOT NULL REFERENCES "agencies"("id"),
   "year" INTEGER NOT NULL,
   "document" INTEGER NOT NULL REFERENCES "documents"("id"),
   PRIMARY KEY ("agency_id", "year")
);
CREATE TABLE "figures" (
   "document" INTEGER NOT NULL REFERENCES "documents"("id"),
   "section" TEXT NOT NULL,
   "item" TEXT NOT NULL,
   "category" TEXT NOT NULL,
   "value" INTEGER,
   "unit" TEXT,
   "printed" TEXT,
   "method" TEXT,
   "confidence" REAL,
   "note" TEXT,
   "grid" INTEGER,
   "row" INTEGER,
   "column" INTEGER,
   "line" INTEGER,
   PRIMARY KEY ("document", "section", "item", "category")
);
CREATE TABLE "grids" (
   "document" INTEGER NOT NULL REFERENCES "documents"("id"),
   "ordinal" INTEGER NOT NULL,
   "cells" TEXT NOT NULL,
   PRIMARY KEY ("document", "ordinal")
);
CREATE TABLE "removals" (
   "document" INTEGER NOT NULL REFERENCES "documents"("id"),
   "text" TEXT NOT NULL,
   "kind" TEXT NOT NULL,
   "where" TEXT NOT NULL,
   "count" INTEGER NOT NULL,
   "rule" TEXT NOT NULL,
   "suggestion" TEXT,
   PRIMARY KEY ("document", "text", "kind")
);
CREATE TABLE "checks" (
   "document" INTEGER NOT NULL REFERENCES "documents"("id"),
   "rule" TEXT NOT NULL,
   "holds" INTEGER,
   "detail" TEXT NOT NULL,
   PRIMARY KEY ("document", "rule")
);
CREATE VIRTUAL TABLE documents_search using fts5(title, text, content='', tokenize='unicode61');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX "idx_agencies_division"
    ON "agencies" ("division");
CREATE INDEX "idx_agencies_level"
    ON "agencies" ("level");
CREATE INDEX "idx_frontier_state_priority"
    ON "frontier" ("state", "priority");
CREATE INDEX "idx_frontier_site_state_priority"
    ON "frontier" ("site", "state", "priority");
CREATE UNIQUE INDEX "idx_frontier_key"
    ON "frontier" ("key");
CREATE INDEX "idx_captures_key_fetched_at"
    ON "captures" ("key", "fetched_at");
CREATE INDEX "idx_captures_url"
    ON "captures" ("url");
CREATE INDEX "idx_captures_payload"
    ON "captures" ("payload");
CREATE INDEX "idx_captures_transferred"
    ON "captures" ("transferred");
CREATE INDEX "idx_documents_agency_id_year"
    ON "documents" ("agency_id", "year");
CREATE INDEX "idx_documents_year"
    ON "documents" ("year");
CREATE UNIQUE INDEX "idx_documents_capture"
    ON "documents" ("capture");
CREATE INDEX "idx_reports_year"
    ON "reports" ("year");
CREATE INDEX "idx_reports_document"
    ON "reports" ("document");
CREATE INDEX "idx_figures_section_item_category_document_value"
    ON "figures" ("section", "item", "category", "document", "value");
CREATE INDEX "idx_checks_holds_document"
    ON "checks" ("holds", "document");
CREATE VIEW "annual_figures" AS 
select
  agencies.name as agency, agencies.division, reports.year,
  figures.section, figures.item, figures.category, figures.value, figures.unit, figures.printed,
  captures.url
from reports
join agencies on agencies.id = reports.agency_id
join figures on figures.document = reports.document
join documents on documents.id = reports.document
join captures on captures.id = documents.capture;
CREATE VIEW "annual_reports" AS 
select
  agencies.name as agency, agencies.level, agencies.division, agencies.province, agencies.city, agencies.district,
  reports.year, documents.title, documents.published, documents.form,
  captures.url, captures.fetched_at, captures.payload as sha256, documents.text,
  (select count(*) from checks where checks.document = documents.id and not checks.holds) as checks_failed
from reports
join agencies on agencies.id = reports.agency_id
join documents on documents.id = reports.document
join captures on captures.id = documents.capture;
CREATE VIEW "applications_by_report" AS 
select
  agencies.name as agency, agencies.division, reports.year, captures.url,
  max(case when item = 'new' and category = 'natural_person' then value end) as new_natural_person,
  max(case when item = 'new' and category = 'business' then value end) as new_business,
  max(case when item = 'new' and category = 'research' then value end) as new_research,
  max(case when item = 'new' and category = 'public_interest' then value end) as new_public_interest,
  max(case when item = 'new' and category = 'legal_services' then value end) as new_legal_services,
  max(case when item = 'new' and category = 'other' then value end) as new_other,
  max(case when item = 'new' and category = 'total' then value end) as new_total,
  max(case when item = 'carried_in' and category = 'natural_person' then value end) as carried_in_natural_person,
  max(case when item = 'carried_in' and category = 'business' then value end) as carried_in_business,
  max(case when item = 'carried_in' and category = 'research' then value end) as carried_in_research,
  max(case when item = 'carried_in' and category = 'public_interest' then value end) as carried_in_public_interest,
  max(case when item = 'carried_in' and category = 'legal_services' then value end) as carried_in_legal_services,
  max(case when item = 'carried_in' and category = 'other' then value end) as carried_in_other,
  max(case when item = 'carried_in' and category = 'total' then value end) as carried_in_total,
  max(case when item = 'granted' and category = 'natural_person' then value end) as granted_natural_person,
  max(case when item = 'granted' and category = 'business' then value end) as granted_business,
  max(case when item = 'granted' and category = 'research' then value end) as granted_research,
  max(case when item = 'granted' and category = 'public_interest' then value end) as granted_public_interest,
  max(case when item = 'granted' and category = 'legal_services' then value end) as granted_legal_services,
  max(case when item = 'granted' and category = 'other' then value end) as granted_other,
  max(case when item = 'granted' and category = 'total' then value end) as granted_total,
  max(case when item = 'partly_granted' and category = 'natural_person' then value end) as partly_granted_natural_person,
  max(case when item = 'partly_granted' and category = 'business' then value end) as partly_granted_business,
  max(case when item = 'partly_granted' and category = 'research' then value end) as partly_granted_research,
  max(case when item = 'partly_granted' and category = 'public_interest' then value end) as partly_granted_public_interest,
  max(case when item = 'partly_granted' and category = 'legal_services' then value end) as partly_granted_legal_services,
  max(case when item = 'partly_granted' and category = 'other' then value end) as partly_granted_other,
  max(case when item = 'partly_granted' and category = 'total' then value end) as partly_granted_total,
  max(case when item = 'denied_state_secret' and category = 'natural_person' then value end) as denied_state_secret_natural_person,
  max(case when item = 'denied_state_secret' and category = 'business' then value end) as denied_state_secret_business,
  max(case when item = 'denied_state_secret' and category = 'research' then value end) as denied_state_secret_research,
  max(case when item = 'denied_state_secret' and category = 'public_interest' then value end) as denied_state_secret_public_interest,
  max(case when item = 'denied_state_secret' and category = 'legal_services' then value end) as denied_state_secret_legal_services,
  max(case when item = 'denied_state_secret' and category = 'other' then value end) as denied_state_secret_other,
  max(case when item = 'denied_state_secret' and category = 'total' then value end) as denied_state_secret_total,
  max(case when item = 'denied_by_law' and category = 'natural_person' then value end) as denied_by_law_natural_person,
  max(case when item = 'denied_by_law' and category = 'business' then value end) as denied_by_law_business,
  max(case when item = 'denied_by_law' and category = 'research' then value end) as denied_by_law_research,
  max(case when item = 'denied_by_law' and category = 'public_interest' then value end) as denied_by_law_public_interest,
  max(case when item = 'denied_by_law' and category = 'legal_services' then value end) as denied_by_law_legal_services,
  max(case when item = 'denied_by_law' and category = 'other' then value end) as denied_by_law_other,
  max(case when item = 'denied_by_law' and category = 'total' then value end) as denied_by_law_total,
  max(case when item = 'denied_public_security' and category = 'natural_person' then value end) as denied_public_security_natural_person,
  max(case when item = 'denied_public_security' and category = 'business' then value end) as denied_public_security_business,
  max(case when item = 'denied_public_security' and category = 'research' then value end) as denied_public_security_research,
  max(case when item = 'denied_public_security' and category = 'public_interest' then value end) as denied_public_security_public_interest,
  max(case when item = 'denied_public_security' and category = 'legal_services' then value end) as denied_public_security_legal_services,
  max(case when item = 'denied_public_security' and category = 'other' then value end) as denied_public_security_other,
  max(case when item = 'denied_public_security' and category = 'total' then value end) as denied_public_security_total,
  max(case when item = 'denied_third_party' and category = 'natural_person' then value end) as denied_third_party_natural_person,
  max(case when item = 'denied_third_party' and category = 'business' then value end) as denied_third_party_business,
  max(case when item = 'denied_third_party' and category = 'research' then value end) as denied_third_party_research,
  max(case when item = 'denied_third_party' and category = 'public_interest' then value end) as denied_third_party_public_interest,
  max(case when item = 'denied_third_party' and category = 'legal_services' then value end) as denied_third_party_legal_services,
  max(case when item = 'denied_third_party' and category = 'other' then value end) as denied_third_party_other,
  max(case when item = 'denied_third_party' and category = 'total' then value end) as denied_third_party_total,
  max(case when item = 'denied_internal_affairs' and category = 'natural_person' then value end) as denied_internal_affairs_natural_person,
  max(case when item = 'denied_internal_affairs' and category = 'business' then value end) as denied_internal_affairs_business,
  max(case when item = 'denied_internal_affairs' and category = 'research' then value end) as denied_internal_affairs_research,
  max(case when item = 'denied_internal_affairs' and category = 'public_interest' then value end) as denied_internal_affairs_public_interest,
  max(case when item = 'denied_internal_affairs' and category = 'legal_services' then value end) as denied_internal_affairs_legal_services,
  max(case when item = 'denied_internal_affairs' and category = 'other' then value end) as denied_internal_affairs_other,
  max(case when item = 'denied_internal_affairs' and category = 'total' then value end) as denied_internal_affairs_total,
  max(case when item = 'denied_process' and category = 'natural_person' then value end) as denied_process_natural_person,
  max(case when item = 'denied_process' and category = 'business' then value end) as denied_process_business,
  max(case when item = 'denied_process' and category = 'research' then value end) as denied_process_research,
  max(case when item = 'denied_process' and category = 'public_interest' then value end) as denied_process_public_interest,
  max(case when item = 'denied_process' and category = 'legal_services' then value end) as denied_process_legal_services,
  max(case when item = 'denied_process' and category = 'other' then value end) as denied_process_other,
  max(case when item = 'denied_process' and category = 'total' then value end) as denied_process_total,
  max(case when item = 'denied_enforcement_file' and category = 'natural_person' then value end) as denied_enforcement_file_natural_person,
  max(case when item = 'denied_enforcement_file' and category = 'business' then value end) as denied_enforcement_file_business,
  max(case when item = 'denied_enforcement_file' and category = 'research' then value end) as denied_enforcement_file_research,
  max(case when item = 'denied_enforcement_file' and category = 'public_interest' then value end) as denied_enforcement_file_public_interest,
  max(case when item = 'denied_enforcement_file' and category = 'legal_services' then value end) as denied_enforcement_file_legal_services,
  max(case when item = 'denied_enforcement_file' and category = 'other' then value end) as denied_enforcement_file_other,
  max(case when item = 'denied_enforcement_file' and category = 'total' then value end) as denied_enforcement_file_total,
  max(case when item = 'denied_inquiry' and category = 'natural_person' then value end) as denied_inquiry_natural_person,
  max(case when item = 'denied_inquiry' and category = 'business' then value end) as denied_inquiry_business,
  max(case when item = 'denied_inquiry' and category = 'research' then value end) as denied_inquiry_research,
  max(case when item = 'denied_inquiry' and category = 'public_interest' then value end) as denied_inquiry_public_interest,
  max(case when item = 'denied_inquiry' and category = 'legal_services' then value end) as denied_inquiry_legal_services,
  max(case when item = 'denied_inquiry' and category = 'other' then value end) as denied_inquiry_other,
  max(case when item = 'denied_inquiry' and category = 'total' then value end) as denied_inquiry_total,
  max(case when item = 'unavailable_not_held' and category = 'natural_person' then value end) as unavailable_not_held_natural_person,
  max(case when item = 'unavailable_not_held' and category = 'business' then value end) as unavailable_not_held_business,
  max(case when item = 'unavailable_not_held' and category = 'research' then value end) as unavailable_not_held_research,
  max(case when item = 'unavailable_not_held' and category = 'public_interest' then value end) as unavailable_not_held_public_interest,
  max(case when item = 'unavailable_not_held' and category = 'legal_services' then value end) as unavailable_not_held_legal_services,
  max(case when item = 'unavailable_not_held' and category = 'other' then value end) as unavailable_not_held_other,
  max(case when item = 'unavailable_not_held' and category = 'total' then value end) as unavailable_not_held_total,
  max(case when item = 'unavailable_not_existing' and category = 'natural_person' then value end) as unavailable_not_existing_natural_person,
  max(case when item = 'unavailable_not_existing' and category = 'business' then value end) as unavailable_not_existing_business,
  max(case when item = 'unavailable_not_existing' and category = 'research' then value end) as unavailable_not_existing_research,
  max(case when item = 'unavailable_not_existing' and category = 'public_interest' then value end) as unavailable_not_existing_public_interest,
  max(case when item = 'unavailable_not_existing' and category = 'legal_services' then value end) as unavailable_not_existing_legal_services,
  max(case when item = 'unavailable_not_existing' and category = 'other' then value end) as unavailable_not_existing_other,
  max(case when item = 'unavailable_not_existing' and category = 'total' then value end) as unavailable_not_existing_total,
  max(case when item = 'unavailable_unclear' and category = 'natural_person' then value end) as unavailable_unclear_natural_person,
  max(case when item = 'unavailable_unclear' and category = 'business' then value end) as unavailable_unclear_business,
  max(case when item = 'unavailable_unclear' and category = 'research' then value end) as unavailable_unclear_research,
  max(case when item = 'unavailable_unclear' and category = 'public_interest' then value end) as unavailable_unclear_public_interest,
  max(case when item = 'unavailable_unclear' and category = 'legal_services' then value end) as unavailable_unclear_legal_services,
  max(case when item = 'unavailable_unclear' and category = 'other' then value end) as unavailable_unclear_other,
  max(case when item = 'unavailable_unclear' and category = 'total' then value end) as unavailable_unclear_total,
  max(case when item = 'rejected_petition' and category = 'natural_person' then value end) as rejected_petition_natural_person,
  max(case when item = 'rejected_petition' and category = 'business' then value end) as rejected_petition_business,
  max(case when item = 'rejected_petition' and category = 'research' then value end) as rejected_petition_research,
  max(case when item = 'rejected_petition' and category = 'public_interest' then value end) as rejected_petition_public_interest,
  max(case when item = 'rejected_petition' and category = 'legal_services' then value end) as rejected_petition_legal_services,
  max(case when item = 'rejected_petition' and category = 'other' then value end) as rejected_petition_other,
  max(case when item = 'rejected_petition' and category = 'total' then value end) as rejected_petition_total,
  max(case when item = 'rejected_repeat' and category = 'natural_person' then value end) as rejected_repeat_natural_person,
  max(case when item = 'rejected_repeat' and category = 'business' then value end) as rejected_repeat_business,
  max(case when item = 'rejected_repeat' and category = 'research' then value end) as rejected_repeat_research,
  max(case when item = 'rejected_repeat' and category = 'public_interest' then value end) as rejected_repeat_public_interest,
  max(case when item = 'rejected_repeat' and category = 'legal_services' then value end) as rejected_repeat_legal_services,
  max(case when item = 'rejected_repeat' and category = 'other' then value end) as rejected_repeat_other,
  max(case when item = 'rejected_repeat' and category = 'total' then value end) as rejected_repeat_total,
  max(case when item = 'rejected_publication' and category = 'natural_person' then value end) as rejected_publication_natural_person,
  max(case when item = 'rejected_publication' and category = 'business' then value end) as rejected_publication_business,
  max(case when item = 'rejected_publication' and category = 'research' then value end) as rejected_publication_research,
  max(case when item = 'rejected_publication' and category = 'public_interest' then value end) as rejected_publication_public_interest,
  max(case when item = 'rejected_publication' and category = 'legal_services' then value end) as rejected_publication_legal_services,
  max(case when item = 'rejected_publication' and category = 'other' then value end) as rejected_publication_other,
  max(case when item = 'rejected_publication' and category = 'total' then value end) as rejected_publication_total,
  max(case when item = 'rejected_excessive' and category = 'natural_person' then value end) as rejected_excessive_natural_person,
  max(case when item = 'rejected_excessive' and category = 'business' then value end) as rejected_excessive_business,
  max(case when item = 'rejected_excessive' and category = 'research' then value end) as rejected_excessive_research,
  max(case when item = 'rejected_excessive' and category = 'public_interest' then value end) as rejected_excessive_public_interest,
  max(case when item = 'rejected_excessive' and category = 'legal_services' then value end) as rejected_excessive_legal_services,
  max(case when item = 'rejected_excessive' and category = 'other' then value end) as rejected_excessive_other,
  max(case when item = 'rejected_excessive' and category = 'total' then value end) as rejected_excessive_total,
  max(case when item = 'rejected_reconfirm' and category = 'natural_person' then value end) as rejected_reconfirm_natural_person,
  max(case when item = 'rejected_reconfirm' and category = 'business' then value end) as rejected_reconfirm_business,
  max(case when item = 'rejected_reconfirm' and category = 'research' then value end) as rejected_reconfirm_research,
  max(case when item = 'rejected_reconfirm' and category = 'public_interest' then value end) as rejected_reconfirm_public_interest,
  max(case when item = 'rejected_reconfirm' and category = 'legal_services' then value end) as rejected_reconfirm_legal_services,
  max(case when item = 'rejected_reconfirm' and category = 'other' then value end) as rejected_reconfirm_other,
  max(case when item = 'rejected_reconfirm' and category = 'total' then value end) as rejected_reconfirm_total,
  max(case when item = 'other_handling' and category = 'natural_person' then value end) as other_handling_natural_person,
  max(case when item = 'other_handling' and category = 'business' then value end) as other_handling_business,
  max(case when item = 'other_handling' and category = 'research' then value end) as other_handling_research,
  max(case when item = 'other_handling' and category = 'public_interest' then value end) as other_handling_public_interest,
  max(case when item = 'other_handling' and category = 'legal_services' then value end) as other_handling_legal_services,
  max(case when item = 'other_handling' and category = 'other' then value end) as other_handling_other,
  max(case when item = 'other_handling' and category = 'total' then value end) as other_handling_total,
  max(case when item = 'other_not_corrected' and category = 'natural_person' then value end) as other_not_corrected_natural_person,
  max(case when item = 'other_not_corrected' and category = 'business' then value end) as other_not_corrected_business,
  max(case when item = 'other_not_corrected' and category = 'research' then value end) as other_not_corrected_research,
  max(case when item = 'other_not_corrected' and category = 'public_interest' then value end) as other_not_corrected_public_interest,
  max(case when item = 'other_not_corrected' and category = 'legal_services' then value end) as other_not_corrected_legal_services,
  max(case when item = 'other_not_corrected' and category = 'other' then value end) as other_not_corrected_other,
  max(case when item = 'other_not_corrected' and category = 'total' then value end) as other_not_corrected_total,
  max(case when item = 'other_fee_unpaid' and category = 'natural_person' then value end) as other_fee_unpaid_natural_person,
  max(case when item = 'other_fee_unpaid' and category = 'business' then value end) as other_fee_unpaid_business,
  max(case when item = 'other_fee_unpaid' and category = 'research' then value end) as other_fee_unpaid_research,
  max(case when item = 'other_fee_unpaid' and category = 'public_interest' then value end) as other_fee_unpaid_public_interest,
  max(case when item = 'other_fee_unpaid' and category = 'legal_services' then value end) as other_fee_unpaid_legal_services,
  max(case when item = 'other_fee_unpaid' and category = 'other' then value end) as other_fee_unpaid_other,
  max(case when item = 'other_fee_unpaid' and category = 'total' then value end) as other_fee_unpaid_total,
  max(case when item = 'other_reason' and category = 'natural_person' then value end) as other_reason_natural_person,
  max(case when item = 'other_reason' and category = 'business' then value end) as other_reason_business,
  max(case when item = 'other_reason' and category = 'research' then value end) as other_reason_research,
  max(case when item = 'other_reason' and category = 'public_interest' then value end) as other_reason_public_interest,
  max(case when item = 'other_reason' and category = 'legal_services' then value end) as other_reason_legal_services,
  max(case when item = 'other_reason' and category = 'other' then value end) as other_reason_other,
  max(case when item = 'other_reason' and category = 'total' then value end) as other_reason_total,
  max(case when item = 'handled_total' and category = 'natural_person' then value end) as handled_total_natural_person,
  max(case when item = 'handled_total' and category = 'business' then value end) as handled_total_business,
  max(case when item = 'handled_total' and category = 'research' then value end) as handled_total_research,
  max(case when item = 'handled_total' and category = 'public_interest' then value end) as handled_total_public_interest,
  max(case when item = 'handled_total' and category = 'legal_services' then value end) as handled_total_legal_services,
  max(case when item = 'handled_total' and category = 'other' then value end) as handled_total_other,
  max(case when item = 'handled_total' and category = 'total' then value end) as handled_total_total,
  max(case when item = 'carried_over' and category = 'natural_person' then value end) as carried_over_natural_person,
  max(case when item = 'carried_over' and category = 'business' then value end) as carried_over_business,
  max(case when item = 'carried_over' and category = 'research' then value end) as carried_over_research,
  max(case when item = 'carried_over' and category = 'public_interest' then value end) as carried_over_public_interest,
  max(case when item = 'carried_over' and category = 'legal_services' then value end) as carried_over_legal_services,
  max(case when item = 'carried_over' and category = 'other' then value end) as carried_over_other,
  max(case when item = 'carried_over' and category = 'total' then value end) as carried_over_total
from reports
join agencies on agencies.id = reports.agency_id
join documents on documents.id = reports.document
join captures on captures.id = documents.capture
left join figures on figures.document = reports.document and +figures.section = 'applications'
group by reports.agency_id, reports.year;
CREATE VIEW "coverage" AS 
select agencies.name as agency, agencies.division, agency_years.year, agency_years.state, agency_years.detail
from (
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
  group by agency_sites.agency_id
) as blocked on blocked.agency_id = years.agency_id
) as agency_years
join agencies on agencies.id = agency_years.agency_id;
CREATE VIEW "disclosure_by_report" AS 
select
  agencies.name as agency, agencies.division, reports.year, captures.url,
  max(case when item = 'rules' and category = 'issued' then value end) as rules_issued,
  max(case when item = 'rules' and category = 'repealed' then value end) as rules_repealed,
  max(case when item = 'rules' and category = 'in_force' then value end) as rules_in_force,
  max(case when item = 'rules' and category = 'made' then value end) as rules_made,
  max(case when item = 'rules' and category = 'disclosed' then value end) as rules_disclosed,
  max(case when item = 'rules' and category = 'total_disclosed' then value end) as rules_total_disclosed,
  max(case when item = 'normative_documents' and category = 'issued' then value end) as normative_documents_issued,
  max(case when item = 'normative_documents' and category = 'repealed' then value end) as normative_documents_repealed,
  max(case when item = 'normative_documents' and category = 'in_force' then value end) as normative_documents_in_force,
  max(case when item = 'normative_documents' and category = 'made' then value end) as normative_documents_made,
  max(case when item = 'normative_documents' and category = 'disclosed' then value end) as normative_documents_disclosed,
  max(case when item = 'normative_documents' and category = 'total_disclosed' then value end) as normative_documents_total_disclosed,
  max(case when item = 'permits' and category = 'decisions' then value end) as permits_decisions,
  max(case when item = 'permits' and category = 'items_last_year' then value end) as permits_items_last_year,
  max(case when item = 'permits' and category = 'change' then value end) as permits_change,
  max(case when item = 'other_services' and category = 'items_last_year' then value end) as other_services_items_last_year,
  max(case when item = 'other_services' and category = 'change' then value end) as other_services_change,
  max(case when item = 'other_services' and category = 'decisions' then value end) as other_services_decisions,
  max(case when item = 'penalties' and category = 'decisions' then value end) as penalties_decisions,
  max(case when item = 'penalties' and category = 'items_last_year' then value end) as penalties_items_last_year,
  max(case when item = 'penalties' and category = 'change' then value end) as penalties_change,
  max(case when item = 'compulsory_measures' and category = 'decisions' then value end) as compulsory_measures_decisions,
  max(case when item = 'compulsory_measures' and category = 'items_last_year' then value end) as compulsory_measures_items_last_year,
  max(case when item = 'compulsory_measures' and category = 'change' then value end) as compulsory_measures_change,
  max(case when item = 'fees' and category = 'amount' then value end) as fees_amount,
  max(case when item = 'fees' and category = 'amount' then round(value * case unit when '元' then 1 when '万元' then 10000 when '亿元' then 100000000 end, 2) end) as fees_amount_yuan,
  max(case when item = 'fees' and category = 'items_last_year' then value end) as fees_items_last_year,
  max(case when item = 'fees' and category = 'change' then value end) as fees_change,
  max(case when item = 'procurement' and category = 'projects' then value end) as procurement_projects,
  max(case when item = 'procurement' and category = 'amount' then value end) as procurement_amount,
  max(case when item = 'procurement' and category = 'amount' then round(value * case unit when '元' then 1 when '万元' then 10000 when '亿元' then 100000000 end, 2) end) as procurement_amount_yuan
from reports
join agencies on agencies.id = reports.agency_id
join documents on documents.id = reports.document
join captures on captures.id = documents.capture
left join figures on figures.document = reports.document and +figures.section = 'disclosure'
group by reports.agency_id, reports.year;
CREATE VIEW "review_by_report" AS 
select
  agencies.name as agency, agencies.division, reports.year, captures.url,
  max(case when item = 'reconsideration' and category = 'upheld' then value end) as reconsideration_upheld,
  max(case when item = 'reconsideration' and category = 'corrected' then value end) as reconsideration_corrected,
  max(case when item = 'reconsideration' and category = 'other' then value end) as reconsideration_other,
  max(case when item = 'reconsideration' and category = 'pending' then value end) as reconsideration_pending,
  max(case when item = 'reconsideration' and category = 'total' then value end) as reconsideration_total,
  max(case when item = 'litigation_direct' and category = 'upheld' then value end) as litigation_direct_upheld,
  max(case when item = 'litigation_direct' and category = 'corrected' then value end) as litigation_direct_corrected,
  max(case when item = 'litigation_direct' and category = 'other' then value end) as litigation_direct_other,
  max(case when item = 'litigation_direct' and category = 'pending' then value end) as litigation_direct_pending,
  max(case when item = 'litigation_direct' and category = 'total' then value end) as litigation_direct_total,
  max(case when item = 'litigation_after_review' and category = 'upheld' then value end) as litigation_after_review_upheld,
  max(case when item = 'litigation_after_review' and category = 'corrected' then value end) as litigation_after_review_corrected,
  max(case when item = 'litigation_after_review' and category = 'other' then value end) as litigation_after_review_other,
  max(case when item = 'litigation_after_review' and category = 'pending' then value end) as litigation_after_review_pending,
  max(case when item = 'litigation_after_review' and category = 'total' then value end) as litigation_after_review_total
from reports
join agencies on agencies.id = reports.agency_id
join documents on documents.id = reports.document
join captures on captures.id = documents.capture
left join figures on figures.document = reports.document and +figures.section = 'review'
group by reports.agency_id, reports.year;
insert into _sqlite_migrations values (1, 'nianbao', 'create_tables', '2026-11-25 01:19:58.400235+00:00');
insert into agencies values ('440307', '龙岗区人民政府', 'district', '440307', '广东省', '深圳市', '龙岗区');
insert into sites values ('http://127.0.0.1:1/', '龙岗区人民政府', '440307', '440307', null, null, null);
insert into payloads values ('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', x'28b52ffd200109000078', 1, null);
insert into captures values (1, 'http://127.0.0.1:1/a', 'http://127.0.0.1:1/a', 'http://127.0.0.1:1/', 'report', null, null, null, '2026-11-25T01:19:58+00:00', 200, '[["A", "b"]]', '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', null, null, 0, null, null);
