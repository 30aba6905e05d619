"""Pages of campaigns: lists, forms, calendar, sign-off sheet, assets, playlists, LED packages."""
