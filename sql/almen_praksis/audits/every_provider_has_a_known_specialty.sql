-- One row is a main specialty that providers have and the list does not: they are taken for no general practice.
-- severity: warn
-- remedy: Add the specialty to pipelines/reference/speciale.csv.
SELECT provider.speciale_kode, COUNT(*) AS providers
FROM yder AS provider
LEFT JOIN speciale AS specialty
    ON specialty.speciale_kode = provider.speciale_kode
WHERE specialty.speciale_kode IS NULL
GROUP BY provider.speciale_kode
