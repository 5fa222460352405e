"""A comment is written for its organisation alone, and read by everybody who is signed in."""

from django.db import migrations

from skillmix.web.site.database import protect


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_comments")]
    operations = [
        migrations.RunPython(protect("figures_comment", read_by_all=True), migrations.RunPython.noop),
    ]
