"""The machine checks, by the records that they look at; importing a module registers what it holds."""
