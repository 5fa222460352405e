"""The database itself refuses to change or remove an entry."""

from django.db import migrations

from skillmix.web.audit.append_only import apply


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_entries")]
    operations = [migrations.RunPython(apply, migrations.RunPython.noop)]
