"""Memberships and invitations are there for their organisation, and a membership for its account."""

from django.db import migrations

from skillmix.web.site.database import protect


class Migration(migrations.Migration):
    dependencies = [("people", "0001_accounts")]
    operations = [
        migrations.RunPython(protect("people_membership", user="user_id"), migrations.RunPython.noop),
        migrations.RunPython(protect("people_invitation"), migrations.RunPython.noop),
    ]
