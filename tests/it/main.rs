//! What maaltal promises, a module a promise.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "a test that can't go on has failed")]

mod a_part_of_a_pipeline_is_one_line;
mod a_year_of_arrivals;
mod arrows_run_down;
mod audits_stop_publication;
mod breaches_are_told;
mod changes_touch_only_their_year;
mod command_line;
mod contracts_are_kept;
mod crashes_leave_nothing_half_done;
mod damage_stays_with_its_extract;
mod definitions_are_checked;
mod figures_are_derived_twice;
mod files_are_held_to_their_records;
mod files_that_lie_there_are_told;
mod formats_are_read;
mod jobs_run_on_s3;
mod late_extracts_hold_back_what_needs_them;
mod lists_mean_one_thing;
mod names_stay_inside;
mod nothing_of_the_plan_is_dropped;
mod observers_hear_what_a_job_does;
mod odd_deliveries_are_read;
mod pages_tell_the_truth;
mod persons_stay_inside;
mod published_figures_come_out;
mod queries_are_bounded;
mod readers_can_read;
mod reforms_break_no_series;
mod registers_are_found;
mod registers_come_as_they_do;
mod registers_have_their_quirks;
mod registers_say_when_they_are_wrong;
mod rows_are_in_order;
mod schedules_are_valid;
mod sources_are_listed;
mod sql_models;
mod statbank_export_is_found_incomplete;
mod stores_conform;
mod sums_are_whole;
mod support;
mod the_country_is_plausible;
mod work_is_not_repeated;
mod years_go_on_by_themselves;
