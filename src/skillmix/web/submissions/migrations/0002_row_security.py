"""Uploads and their corrections are there for their organisation."""

from django.db import migrations

from skillmix.web.site.database import protect


class Migration(migrations.Migration):
    dependencies = [("submissions", "0001_uploads")]
    operations = [
        migrations.RunPython(protect("submissions_upload"), migrations.RunPython.noop),
        migrations.RunPython(protect("submissions_corrected"), migrations.RunPython.noop),
    ]
