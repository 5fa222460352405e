"""A token is there for its account."""

from django.db import migrations

from skillmix.web.site.database import protect


class Migration(migrations.Migration):
    dependencies = [("api", "0001_tokens")]
    operations = [migrations.RunPython(protect("api_token", user="user_id"), migrations.RunPython.noop)]
