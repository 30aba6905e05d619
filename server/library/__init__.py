"""What can be shown: uploads and slides, their versions for screens, their sign-off and expiry."""
