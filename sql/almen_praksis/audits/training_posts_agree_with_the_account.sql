-- One row is a year in which the main courses in general practice of the training regions' own lists, every posting by
-- itself, are other numbers than those that Sundhedsstyrelsen has counted. The published figures on them are from that
-- same account, so that their agreement says nothing of the lists.
-- severity: warn
-- remedy: Compare the year's list of training posts with the account: rows may be rejected, missing or withdrawn.
SELECT
    account.year,
    account.posted AS posted_by_the_account,
    posts.posted + posts.posted_again AS posted_by_the_lists,
    account.filled AS filled_by_the_account,
    posts.filled + posts.filled_again AS filled_by_the_lists
FROM training_account AS account
INNER JOIN training_fill AS posts
    ON posts.year = account.year
    AND posts.geo_level = account.geo_level
    AND posts.geo_code = account.geo_code
    AND posts.post_type = 'H'
    AND posts.specialty = 'almen_medicin'
WHERE account.geo_level = 'country'
    AND (posts.posted + posts.posted_again <> account.posted OR posts.filled + posts.filled_again <> account.filled)
