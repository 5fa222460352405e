from __future__ import annotations

import datetime as dt
import json
import shutil
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from skillmix.errors import InputError, RefusedError
from skillmix.place import Draft, Place, PlaceOrganisation, Scope
from skillmix.projection import assumptions as assumed
from skillmix.projection import compare_routes, expect, project, specify
from skillmix.projection.entitlement import recruitment
from skillmix.projection.routes import ROUTES, concerned, restrict, under
from skillmix.projection.runs import hash_of
from skillmix.projection.scenario import Scenario, load, parse
from skillmix.projection.specification import Plan

pytestmark = pytest.mark.unit

ON = dt.date(2026, 3, 31)
SHARED = {"period": "2026-03", "as_of": ON, "share_place": Decimal(1), "share_basis": "site"}

PLAN = """
name = "Plan"
[plan]
year = "2025/26"
from = 2026-07-01
[[plan.role]]
role = "first_contact_physiotherapist"
fte = 5.0
[[plan.role]]
role = "care_coordinator"
fte = 3.0
"""


def submit(place: Place, source: str, origin: str, tables: dict[str, list[dict[str, object]]]) -> None:
    frames = {
        name: pl.DataFrame(
            [{"row": i, "origin": origin, **row} for i, row in enumerate(rows, start=2)],
            infer_schema_length=None,
        )
        for name, rows in tables.items()
    }
    place.submit(Draft(source=source, sha256="0" * 64, origin=origin, as_of=ON), frames, by="tests")


def total(organisation: str, sector: str, staff_group: str | None, people: int, fte: float, **more: object):
    grain = "organisation,staff_group" if staff_group else "organisation"
    return {
        **SHARED,
        "organisation": organisation,
        "grain": grain,
        "sector": sector,
        "staff_group": staff_group,
        "headcount": people,
        "lines": 0,
        "fte": Decimal(str(fte)),
        "basis": "test",
        **more,
    }


def job(
    organisation: str, sector: str, profession: str, person: str | None, fte: float, birth_year: int | None
):
    return {
        **SHARED,
        "organisation": organisation,
        "employer": organisation,
        "sector": sector,
        "profession": profession,
        "person_key": person,
        "fte": Decimal(str(fte)),
        "birth_year": birth_year,
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("projection") / "place"
    place = Place.create(
        path,
        name="Testfield",
        code="99X",
        organisations=[
            PlaceOrganisation("TRUST", "Trust", "acute", "acute_trust"),
            PlaceOrganisation("COMM", "Community", "community", "community_trust"),
            PlaceOrganisation("PCN1", "Network", "primary_care", "network"),
        ],
    )
    groups = {
        "scientific_therapeutic_technical": 300,
        "support_scientific_therapeutic_technical": 120,
        "nurses_health_visitors": 500,
        "support_doctors_nurses_midwives": 400,
    }
    totals = [total("TRUST", "acute", group, n, 0.85 * n) for group, n in groups.items()]
    totals.append(total("TRUST", "acute", None, sum(groups.values()), 0.85 * sum(groups.values())))
    submit(place, "hchs_turnover", "published", {"stock": totals})
    people = [job("COMM", "community", "physiotherapist", f"c{i}", 0.8, 1962 + i % 40) for i in range(40)]
    people.append(job("COMM", "community", "physiotherapist", None, 1.0, None))
    submit(place, "esr_staff_in_post", "sent", {"assignment": people})
    network = [job("PCN1", "primary_care", "physiotherapist", f"n{i}", 0.9, None) for i in range(6)]
    network += [job("PCN1", "primary_care", "care_coordinator", f"k{i}", 0.75, 1980) for i in range(4)]
    for row in network:
        row["role"] = row["profession"]
    submit(place, "pcn_individual", "sent", {"assignment": network})
    registered = {
        **{k: v for k, v in SHARED.items() if not k.startswith("share")},
        "organisation": "PCN1",
        "kind": "registered",
        "people": 50_000,
    }
    submit(place, "registered_patients", "published", {"population": [registered]})
    return path


@pytest.fixture
def spec(folder):
    place = Place.open(folder)
    return specify(place.read(Scope.controller("tests")), assumed.defaults())


def test_rows_win_over_totals_and_totals_give_people_of_unknown_age(spec):
    people = {(c.organisation, c.profession): int(n) for c, n in zip(spec.cells, spec.headcount, strict=True)}
    assert people == {
        ("COMM", "physiotherapist"): 40,
        ("PCN1", "care_coordinator"): 4,
        ("PCN1", "physiotherapist"): 6,
        ("TRUST", "nurses_health_visitors"): 500,
        ("TRUST", "scientific_therapeutic_technical"): 300,
        ("TRUST", "support_doctors_nurses_midwives"): 400,
        ("TRUST", "support_scientific_therapeutic_technical"): 120,
    }
    assert int((spec.person_age < 0).sum()) == 1320 + 6
    assert spec.starts == ON
    community = spec.find(organisation="COMM")[0]
    # Born 1962 + i in a month drawn once: from 63 years and 3 months back to 64 and 2.
    oldest = spec.person_age[spec.person_cell == community].max() / 12 + 16
    assert 63 <= oldest <= 64.25
    assert spec.fte[community] == pytest.approx(0.8)
    assert any("lines without a person" in note for note in spec.notes)
    assert len(np.unique(spec.person_entity)) == len(spec.person_entity)


def test_trusts_are_supplied_as_england_is_and_others_fill_posts(spec):
    for i, cell in enumerate(spec.cells):
        if cell.sector == "primary_care":
            assert spec.posts[i] >= spec.headcount[i]
            assert spec.joiners[i] == 0
        else:
            rate = assumed.defaults()[f"joiner_rate.{cell.staff_group}"].value
            assert np.isnan(spec.posts[i])
            assert spec.joiners[i] == pytest.approx(spec.headcount[i] * rate / 12)


def test_the_first_year_agrees_with_the_rates_assumed(spec):
    # Totals: England's ages and England's rates, so the year's leavers are the rate on the mean stock.
    course = expect(Plan.of(spec, 12)).course
    nurses = spec.find(organisation="TRUST", profession="nurses_health_visitors")[0]
    mean = (course.stock[0, nurses] + course.stock[12, nurses]) / 2
    rate = assumed.defaults()["leaver_rate.nurses_health_visitors"].value
    assert course.left[:, nurses].sum() / mean == pytest.approx(rate, rel=0.02)
    support = spec.find(organisation="TRUST", profession="support_doctors_nurses_midwives")[0]
    lost = course.moved_out[:, support].sum() / course.stock[:, support].mean()
    expected = -assumed.defaults()["conversion_rate.support_doctors_nurses_midwives"].value
    assert lost == pytest.approx(expected, rel=0.03)


def test_without_establishment_a_network_keeps_its_size(spec):
    network = spec.find(sector="primary_care")
    stock = expect(Plan.of(spec, 60)).course.stock[:, network].sum(axis=1)
    assert stock[12:] == pytest.approx(np.full(49, 10.0), abs=0.6)


def test_networks_draw_on_the_same_profession_or_its_staff_group(spec):
    physio = spec.find(organisation="PCN1", profession="physiotherapist")[0]
    assert [spec.cells[i].organisation for i in spec.donors[physio]] == ["COMM"]
    coordinator = spec.find(profession="care_coordinator")[0]
    assert coordinator not in spec.donors
    assert spec.sources[coordinator, 0] == 0


def test_establishment_that_was_sent_limits_posts(folder, tmp_path):
    copy = tmp_path / "place"
    shutil.copytree(folder, copy)
    place = Place.open(copy)
    post = {
        **SHARED,
        "organisation": "COMM",
        "profession": "physiotherapist",
        "fte": Decimal(40),
        "basis": "ledger",
    }
    submit(place, "establishment", "sent", {"post": [post]})
    spec = specify(place.read(Scope.controller("tests")), assumed.defaults())
    community = spec.find(organisation="COMM")[0]
    assert spec.posts[community] == 50  # 40 FTE at 0.8 FTE a person
    # Ten vacancies stay about ten: filled as fast as people go. At four months to fill, few would.
    stock = expect(Plan.of(spec, 24)).course.stock[:, community]
    assert stock[24] == pytest.approx(40, abs=2.5)


def test_a_run_is_written_and_repeats_from_its_manifest(folder, tmp_path):
    first = project(folder, years=2, runs=3, seed=7, out=tmp_path / "one")
    second = project(folder, years=2, runs=3, seed=7, out=tmp_path / "two")
    other = project(folder, years=2, runs=3, seed=8, out=tmp_path / "three")
    assert first.manifest == second.manifest
    assert first.manifest["id"] != other.manifest["id"]
    for name in ("summary", "monthly", "flows"):
        one, two = (pl.read_parquet(tmp_path / n / "results" / f"{name}.parquet") for n in ("one", "two"))
        assert one.equals(two)
    manifest = json.loads((tmp_path / "one" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["number"] == Place.open(folder).number
    assert manifest["seed"] == 7
    assert manifest["expectation"] == "fluid approximation"
    assert (folder / "assumptions" / "projection.toml").is_file()
    assert (folder / "scenarios" / "primary_care_plan.toml").is_file()
    by_default = project(folder, years=1, runs=1)
    assert (folder / "runs" / by_default.manifest["id"] / "manifest.json").is_file()


def test_the_same_facts_give_the_same_specification_to_the_last_bit(folder):
    place = Place.open(folder)
    hashes = {hash_of(specify(place.read(Scope.controller("tests")), assumed.defaults())) for _ in range(3)}
    assert len(hashes) == 1


def test_numbers_out_of_bounds_and_empty_places_are_refused(folder, tmp_path):
    with pytest.raises(InputError):
        project(folder, years=0)
    with pytest.raises(InputError):
        project(folder, runs=0)
    Place.create(tmp_path / "empty", name="Empty", code="EMP")
    with pytest.raises(RefusedError, match="no staff"):
        project(tmp_path / "empty", years=1, runs=1)


def entitlement(folder: Path, text: str = PLAN):
    facts = Place.open(folder).read(Scope.controller("tests"))
    return recruitment(parse(text), facts, assumed.defaults())


def test_entitlement_is_the_rate_times_the_list(folder):
    found = entitlement(folder)
    # Fixture: 50,000 x 26.631 = 1,331,550 pounds, 19.88 full-time pharmacists' worth.
    assert found.amount == pytest.approx(1_331_550)
    assert found.amount / 66_972 == pytest.approx(19.88, abs=0.005)
    assert found.basis == "registered, assumed"
    assert (found.low, found.high) == pytest.approx((0.95 * 1_331_550, 1.05 * 1_331_550))
    # In post: 6 x 0.9 FTE first contact physiotherapists, 4 x 0.75 FTE care coordinators.
    assert found.committed == pytest.approx(5.4 * 66_972 + 3 * 36_150)
    assert found.cost == pytest.approx(5 * 66_972 + 3 * 36_150)
    assert found.scale == 1
    physio = found.roles[0]
    assert physio.profession == "physiotherapist"
    assert physio.affordable_alone == pytest.approx(found.left / 66_972)


def test_a_plan_beyond_the_entitlement_is_scaled_or_said(folder):
    large = PLAN.replace("fte = 5.0", "fte = 50.0")
    scaled = entitlement(folder, large)
    assert sum(r.fte * r.maximum for r in scaled.roles) == pytest.approx(scaled.left)
    given = entitlement(folder, large.replace("[plan]", '[plan]\nwithin = "as_given"'))
    assert given.roles[0].fte == 50
    assert any("more than is left" in note for note in given.notes)


def test_a_weighted_list_is_used_where_it_is_given(folder):
    found = entitlement(folder, PLAN.replace("[plan]", "[plan]\nweighted_patients = 52000"))
    assert found.basis == "weighted"
    assert found.amount == found.low == found.high == pytest.approx(52_000 * 26.631)


@pytest.mark.parametrize(
    ("old", "new", "kind", "word"),
    [
        ('"care_coordinator"', '"paramedic"', RefusedError, "No maximum amount is published for paramedic"),
        ('"2025/26"', '"2026/27"', RefusedError, "No rate"),
        ('"care_coordinator"', '"care_coordinater"', InputError, "not one of the scheme"),
        ('"care_coordinator"', '"advanced_practitioner"', InputError, "several professions"),
        ("fte = 3.0", "fte = -3.0", InputError, "how many FTE"),
        ("fte = 3.0", "wte = 3.0", InputError, "not known"),
        ("from = 2026-07-01", "", InputError, "when its posts open"),
        ('year = "2025/26"', 'year = "next"', InputError, "year cannot be read"),
    ],
)
def test_a_plan_that_cannot_stand_says_why(folder, old, new, kind, word):
    with pytest.raises(kind, match=word) as caught:
        entitlement(folder, PLAN.replace(old, new))
    assert caught.value.cure


def test_a_role_without_a_published_maximum_takes_the_planners_figure(folder):
    found = entitlement(folder, PLAN.replace('"care_coordinator"', '"paramedic"\nmaximum = 60000'))
    assert (found.roles[1].maximum, found.roles[1].confidence) == (60_000, "local")


def test_routes_differ_in_what_they_take_from_partners(folder, spec):
    plan, chosen, known = Plan.of(spec, 60), entitlement(folder), assumed.defaults()
    base = expect(plan).course.stock[-1] @ spec.fte

    def gain(route: str, backfill: bool, share: float | None = None) -> float:
        under_route = under(plan, chosen, known, route=route, backfill=backfill, local_share=share)
        return float(expect(under_route).course.stock[-1] @ under_route.specification.fte - base)

    for route in ROUTES:
        assert gain(route, False) < gain(route, True) <= 8.0 + 1e-6
    assert gain("network_employs", False) < gain("partner_supplies", False) < gain("staff_rotate", False)
    # Care coordinators come from outside whatever the share; physiotherapists do not.
    assert gain("network_employs", False, 0.0) == pytest.approx(gain("network_employs", True, 0.0))
    losses = [gain("network_employs", False, share) for share in (0.0, 0.5, 1.0)]
    assert losses[0] > losses[1] > losses[2]


def test_restricting_to_what_a_plan_reaches_changes_nothing_of_it(folder, spec):
    chosen, known = entitlement(folder), assumed.defaults()
    cells = concerned(spec, chosen)
    assert len(cells) < len(spec.cells)
    whole = under(Plan.of(spec, 36), chosen, known, route="network_employs")
    part = under(Plan.of(restrict(spec, cells), 36), chosen, known, route="network_employs")
    names = {c.words: i for i, c in enumerate(whole.specification.cells)}
    full, less = expect(whole).course.stock, expect(part).course.stock
    for i, cell in enumerate(part.specification.cells):
        if cell.profession in ("physiotherapist", "care_coordinator"):
            assert less[:, i] == pytest.approx(full[:, names[cell.words]], rel=1e-9)


def test_routes_are_compared_and_the_answer_says_when_it_changes(folder):
    result = compare_routes(folder, parse(PLAN), years=4, runs=6, seed=2)
    three = result.frame.filter(pl.col("years") == 3, pl.col("profession").is_null())
    assert three.height == len(ROUTES) * 2 * 3
    parts = three.pivot("serves", index=["route", "backfill"], values="mean")
    assert (parts["primary_care"] + parts["partners"]).to_numpy() == pytest.approx(parts["place"].to_numpy())
    assert (parts["primary_care"] > 5).all()
    ripple = result.ripple.filter(pl.col("years") == 3)
    by_sector = ripple.filter(pl.col("organisation").is_null())
    by_partner = ripple.filter(pl.col("organisation").is_not_null())
    for summed in (by_sector, by_partner):
        added = summed.group_by("route", "backfill", maintain_order=True).agg(pl.col("mean").sum())
        assert added["mean"].to_numpy() == pytest.approx(parts["partners"].to_numpy())
    community = by_partner.filter(pl.col("organisation") == "COMM", ~pl.col("backfill"))
    assert (community["mean"] < 0).all()
    assert result.answer.height == 2
    row = result.answer.row(by_predicate=~pl.col("backfill"), named=True)
    assert row["best"] == "staff_rotate"
    assert row["margin"] > 0
    assert 0 < row["changes_at"] < row["low"]
    assert row["becomes"] == "network_employs"
    assert row["holds"]
    assert "per cent of the networks' own recruits" in row["says"]
    again = compare_routes(folder, parse(PLAN), years=4, runs=6, seed=2)
    assert again.frame.equals(result.frame)


def test_a_plan_is_projected_whole(folder, tmp_path):
    planned = project(folder, parse(PLAN), years=3, runs=3, out=tmp_path / "plan")
    base = project(folder, "no_change", years=3, runs=3, out=tmp_path / "base")
    change = planned.change(base).filter(
        pl.col("month") == 36, pl.col("measure") == "fte", pl.col("by") == "serves"
    )
    gained = dict(change.select("sector", "mean").iter_rows())
    assert 5 < gained["primary_care"] <= 8.0 + 1e-6
    assert isinstance(load("no_change"), Scenario)
