-- One row is a word that stands for a state in the published tables, with a name to show and what it means.
SELECT
    liste AS status_list,
    ord AS status,
    CAST(raekkefoelge AS INTEGER) AS sort_order,
    navn_da AS label_da,
    navn_en AS label_en,
    betydning_da AS meaning_da,
    betydning_en AS meaning_en
FROM statusord
