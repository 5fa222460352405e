"""Derive the figures that the package carries from the official files, which are never committed.

    python scripts/published_figures.py --source DIR

DIR holds the folders `pcn_workforce`, `gp_registered_patients`, `gp_workforce`, `hchs_turnover`,
`population`, `census`, `sickness` and `lookups` with the files as published. Tables of figures are written
as Parquet, with `provenance.toml` and `DATA-LICENCES.md`.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import tomlkit

from published_sources import geography, pcn, people, practices, trusts
from published_sources.reading import Series, Table, sha256

#: Version of this script; raise it when a table's meaning changes.
VERSION = "1.0"

ROOT = Path(__file__).resolve().parents[1]
OGL = "Open Government Licence v3.0"
MIT = "MIT (package); Open Government Licence v3.0 (data)"


def series(source: Path) -> list[Series]:
    """Every series that is read, with its licence and files."""
    patients, turnover = source / "gp_registered_patients", source / "hchs_turnover"
    lookups, census = source / "lookups", source / "census"
    nhs = "NHS England"
    return [
        Series("pcn_workforce", nhs, "Primary Care Network Workforce, individual level",
               "March 2020 to September 2022, June 2026", OGL, nhs, pcn.files(source)),
        Series("registered_patients", nhs, "Patients Registered at a GP Practice", "1 July 2026", OGL, nhs,
               [patients / "gp-reg-pat-prac-map.zip", patients / "gp-reg-pat-prac-quin-age.zip"]),
        Series("deprivation", "Office for Health Improvement and Disparities",
               "Fingertips, National General Practice Profiles, Index of Multiple Deprivation", "2025", OGL,
               "Office for Health Improvement and Disparities",
               [patients / "fingertips-imd-2025-gp-practice.csv"]),
        Series("gp_workforce", f"{nhs}; Health Equity Evidence Centre",
               "General Practice Workforce, averaged over each year", "2016-2024 and 2023-2025", OGL,
               f"{nhs}; yearly averages by the Health Equity Evidence Centre",
               practices.gp_workforce_files(source)),
        Series("hchs_turnover_monthly", nhs, "NHS HCHS Workforce Statistics, Turnover benchmarking",
               "October and November 2025", OGL, nhs, trusts.monthly_files(source)),
        Series("hchs_turnover_annual", nhs, "NHS HCHS Workforce Statistics, Turnover, annual",
               "2010 to October 2025", OGL, nhs, [turnover / "hchs_turnover_annual_england_2010_2025.csv"]),
        Series("hchs_turnover_by_age", nhs, "NHS HCHS Workforce Statistics, Turnover 2, by age",
               "October 2025 release", OGL, nhs, [turnover / "hchs_turnover_by_age_england_2022_2025.csv"]),
        Series("hchs_rates_by_age", nhs, "NHS HCHS Workforce Statistics, Turnover 2, pooled rates by age",
               "October 2025 release", OGL, nhs, [turnover / "hchs_rates_by_age_england_pooled.csv"]),
        Series("sickness_absence", nhs, "NHS Sickness Absence Rates", "April 2024 to March 2025", OGL, nhs,
               trusts.sickness_files(source)),
        Series("population", "Office for National Statistics",
               "Mid-year estimates; 2018-based subnational projections with variants", "2000 to 2043",
               OGL, "Office for National Statistics",
               [source / "population" / "population_west_yorkshire_by_age_sex_variant.csv"]),
        Series("census_ethnicity", "Office for National Statistics", "Census 2021, ethnic group by council",
               "2021", MIT, "Office for National Statistics; humaniverse/demographr",
               [census / "ethnicity21_ltla21.csv"]),
        Series("census_age_sex", "Office for National Statistics", "Census 2021, age and sex by council",
               "2021", MIT, "Office for National Statistics; humaniverse/demographr",
               [census / "age_gender21_ltla21_ew.csv"]),
        Series("lookup_small_areas", "Office for National Statistics; NHS England",
               "Small areas to sub-ICB, ICB, ward and council, West Yorkshire", "2024", MIT,
               "Office for National Statistics; humaniverse/geographr",
               [lookups / "lookup_lsoa21_west_yorkshire_icb24_ward24_ltla24.csv"]),
        Series("catchments", "Office for Health Improvement and Disparities",
               "NHS acute trust catchment populations, by ICB and council", "2022", MIT,
               "Office for Health Improvement and Disparities; humaniverse/geographr",
               [lookups / "lookup_nhs_trusts22_icb22.csv", lookups / "lookup_nhs_trusts22_ltla21.csv"]),
    ]  # fmt: skip


def tables(source: Path) -> list[Table]:
    """Every table of figures, derived."""
    from skillmix import reference

    seen = pcn.rows(source)
    seen_networks = pcn.networks(seen)
    practice = practices.practices(source)
    ics = geography.sub_icb_ics(practice.frame, seen_networks)
    trust = trusts.trusts(source)
    mapped = pcn.with_roles(seen, reference.table("role_mapping"), reference.table("roles"))
    networks = geography.networks(practice.frame, seen_networks)
    return [
        pcn.workforce(mapped),
        pcn.shared_workforce(mapped, networks.frame),
        practice,
        practices.registered_patients(source),
        practices.gp_workforce(source),
        networks,
        geography.sub_icbs(practices.map_rows(source), practice.frame, pcn.names(source), ics),
        Table(
            "sub_icb_ics",
            ics,
            ("registered_patients", "pcn_workforce"),
            "Share of each sub-ICB's patients in each ICB of 2022 (42), and of that ICB's in the sub-ICB.",
        ),
        geography.areas(source),
        geography.catchment_ics(source, trust.frame),
        geography.catchment_area(source),
        trust,
        trusts.hchs_turnover(source),
        trusts.england_annual(source),
        trusts.by_age(source),
        trusts.rates_by_age(source),
        trusts.sickness(source),
        people.population(source),
        people.census_ethnicity(source),
        people.census_age_sex(source),
    ]


def provenance(found: list[Series], made: list[Table]) -> str:
    """The provenance of every table, as TOML."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Written by scripts/published_figures.py; do not edit."))
    document["script"] = "scripts/published_figures.py"
    document["script_version"] = VERSION
    listed = tomlkit.aot()
    for one in found:
        item = tomlkit.table()
        for name in ("name", "publisher", "series", "release", "licence", "attribution"):
            item[name] = getattr(one, name)
        files = tomlkit.aot()
        for path in one.files:
            file = tomlkit.table()
            file["name"], file["sha256"] = path.name, sha256(path)
            files.append(file)
        item["files"] = files
        listed.append(item)
    document["series"] = listed
    shown = tomlkit.aot()
    for table in made:
        item = tomlkit.table()
        item["name"], item["rows"], item["what"] = table.name, table.frame.height, table.what
        item["series"] = list(table.series)
        shown.append(item)
    document["tables"] = shown
    return tomlkit.dumps(document)


def licences(found: list[Series], made: list[Table]) -> str:
    """DATA-LICENCES.md: what is carried, whose it is, under which licence."""
    lines = [
        "# Licences of the data that the package carries",
        "",
        "The package carries figures derived from official statistics, never the official files themselves. "
        f"`scripts/published_figures.py` (version {VERSION}) derives every table from the published files; "
        "their names and SHA-256 hashes are in `src/skillmix/reference/published/provenance.toml`. "
        "This page is written by the same script.",
        "",
        "Contains public sector information licensed under the "
        "[Open Government Licence v3.0](https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/).",
        "",
        "| publisher | series | release | licence | attribution | tables |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        used = ", ".join(f"`{table.name}`" for table in made if one.name in table.series)
        lines.append(
            f"| {one.publisher} | {one.series} | {one.release} | {one.licence} | {one.attribution} | {used} |"
        )
    lines += ["", "## Tables", "", "| table | rows | what it holds |", "|---|---|---|"]
    lines += [f"| `{table.name}` | {table.frame.height:,} | {table.what} |" for table in made]
    lines += [
        "",
        "## Code lists",
        "",
        "Job roles of adult social care in the list `role_mapping` follow the code lists of Skills for "
        "Care's Adult Social Care Workforce Data Set, public bulk-upload service (MIT).",
        "",
        "## Files that browsers are given",
        "",
        "nhsuk-frontend (MIT), htmx (0BSD), Vega, Vega-Lite and Vega-Embed (BSD-3-Clause), each with its "
        "licence and checksum in `src/skillmix/web/static/vendor/`. No logo or typeface of the NHS is among "
        "them.",
        "",
        "Everything else in the package, its demonstration data included, is under the MIT licence. "
        "Reference lists in `src/skillmix/reference/data/` name their source in each row.",
        "",
    ]
    return "\n".join(lines)


def default_source() -> Path:
    """`$SKILLMIX_OFFICIAL_DATA`, else a folder `shared/data` beside the repository."""
    return Path(os.environ.get("SKILLMIX_OFFICIAL_DATA") or ROOT.parent / "shared" / "data")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", type=Path, default=default_source(), help="folder of the official files")
    parser.add_argument("--out", type=Path, default=ROOT / "src" / "skillmix" / "reference" / "published")
    parser.add_argument("--licences", type=Path, default=ROOT / "DATA-LICENCES.md")
    chosen = parser.parse_args(arguments)
    if not chosen.source.is_dir():
        print(
            f"There is no folder {chosen.source}. Give the official files' folder by --source.",
            file=sys.stderr,
        )
        return 2
    found = series(chosen.source)
    made = tables(chosen.source)
    chosen.out.mkdir(parents=True, exist_ok=True)
    size = 0
    for table in made:
        path = chosen.out / f"{table.name}.parquet"
        table.frame.write_parquet(path, compression="zstd", compression_level=19)
        size += path.stat().st_size
        print(
            f"{table.name:32} {table.frame.height:>9,} rows {path.stat().st_size / 1024:>9,.0f} KiB",
            file=sys.stderr,
        )
    (chosen.out / "provenance.toml").write_text(provenance(found, made), encoding="utf-8")
    chosen.licences.write_text(licences(found, made), encoding="utf-8")
    print(f"{size / 2**20:.1f} MiB in all", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
