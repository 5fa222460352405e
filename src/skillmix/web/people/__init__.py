"""Who works here together: accounts, memberships, roles, and what each may see."""
