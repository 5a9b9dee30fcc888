"""The safeguarding queue: words that may say somebody is in danger, and what reviewers decide."""
