-- One row is a unit of indicators, targets and published figures, with its names.
SELECT
    enhed AS unit,
    navn_da AS name_da,
    navn_en AS name_en,
    kort_da AS suffix_da,
    kort_en AS suffix_en,
    beskrivelse_da AS description_da,
    beskrivelse_en AS description_en
FROM enhed
