"""The commands of `nianbao` that have a theme of their own."""
