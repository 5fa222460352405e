"""A job is there for its organisation, for who started it, and, where it is the place's, for every member."""

from django.db import migrations

from skillmix.web.site.database import protect


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_jobs")]
    operations = [
        migrations.RunPython(protect("jobs_job", user="by_id", shared=True), migrations.RunPython.noop)
    ]
