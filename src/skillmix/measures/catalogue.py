"""What each measure is: definition, numerator, denominator, unit, source, and when it is refused.

Documentation prints this list, and a page shows the entry beside the figure.
"""

from __future__ import annotations

from dataclasses import dataclass

from skillmix.errors import SkillmixError

_NHS_TURNOVER = "NHS England, NHS HCHS Workforce Statistics: Turnover"
_AHP_CHURN = "NHS England, AHP churn analysis (published code)"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure.

    Attributes:
        name: its name in figures and commands.
        label: its name on pages.
        definition: what it counts, in a sentence.
        numerator: what is counted or summed.
        denominator: what it is divided by; empty where it is no rate.
        unit: the unit.
        source: where the method comes from.
        refused: when no figure is given.
    """

    name: str
    label: str
    definition: str
    numerator: str
    unit: str
    source: str
    denominator: str = ""
    refused: tuple[str, ...] = ()


_ALL = (
    Measure(
        name="headcount",
        label="Headcount",
        definition="People with a job in the slice at the date; a person with two jobs counts once.",
        numerator="Distinct persons in rows of staff, or the total published for exactly that slice.",
        unit="people",
        source="NHS England, NHS HCHS and General Practice Workforce Statistics",
        refused=(
            "A slice made of several published totals: a person may be in two of them.",
            "A slice that holds both rows and totals, or totals of several sources.",
            "A source that names nobody: its lines and FTE are shown.",
        ),
    ),
    Measure(
        name="lines",
        label="Lines without a person",
        definition="Jobs that name no person, such as contracted services of a network.",
        numerator="Rows without a person.",
        unit="lines",
        source="NHS England, Primary Care Network Workforce",
    ),
    Measure(
        name="fte",
        label="Full-time equivalent in post",
        definition="Contracted hours over the standard full-time hours of the sector, people and lines.",
        numerator="Sum of FTE, of the whole organisation.",
        unit="FTE",
        source="NHS England, National Workforce Data Set",
    ),
    Measure(
        name="fte_place",
        label="Full-time equivalent serving this place",
        definition="FTE times the share of the job or organisation that serves this place.",
        numerator="Sum of FTE x share.",
        unit="FTE",
        source="Shares and their basis as place.toml has them",
    ),
    Measure(
        name="fte_per_10000",
        label="Staff per 10,000 people",
        definition="FTE that serves this place for every 10,000 registered patients or residents.",
        numerator="FTE serving this place x 10,000.",
        denominator="Registered patients of the network, practice or place, or residents of the place.",
        unit="FTE per 10,000",
        source="NHS England, Patients Registered at a GP Practice; ONS mid-year estimates",
        refused=(
            "The population is not known.",
            "Residents by an estimate for other areas than the place's own.",
        ),
    ),
    Measure(
        name="grid",
        label="The grid",
        definition="Every profession against every kind of partner, registered and support workforce.",
        numerator="Headcount, lines and FTE in the cell.",
        unit="people, lines, FTE",
        source="Leeds citywide AHP programme: fourteen professions, five kinds of partner",
        refused=("A cell of a partner whose totals stop at staff groups is unknown, not none.",),
    ),
    Measure(
        name="joiner_rate",
        label="Joiner rate",
        definition="People who joined the slice in twelve months.",
        numerator="Joiners in twelve months.",
        denominator="Mean of the headcounts at start and end.",
        unit="share of 1",
        source=_NHS_TURNOVER,
        refused=("As the leaver rate.",),
    ),
    Measure(
        name="leaver_rate",
        label="Leaver rate",
        definition="People who left the slice in twelve months; a move within the slice is no leaving.",
        numerator="Leavers in twelve months, without transfers of undertakings and ends of fixed terms.",
        denominator="Mean of the headcounts at start and end.",
        unit="share of 1",
        source=_NHS_TURNOVER,
        refused=(
            "Less than twelve months: months are not annualised, leaving has seasons.",
            "A slice made of several published totals: who moves between them would leave one and join one.",
            "No snapshot twelve months earlier, or people gone without any reported movement.",
        ),
    ),
    Measure(
        name="stability",
        label="Stability index",
        definition="Of the people in the slice at the start, the share still in it twelve months later.",
        numerator="Headcount at start less those who are not there at the end.",
        denominator="Headcount at start.",
        unit="share of 1",
        source=_AHP_CHURN,
        refused=(
            "As the leaver rate.",
            "Twelve published months: their leavers hold people who joined within the year.",
        ),
    ),
    Measure(
        name="vacancy_rate",
        label="Vacancy rate",
        definition="Posts without a person, against posts, on one stated basis.",
        numerator="Establishment less staff in post (FTE), or vacant posts.",
        denominator="Vacancy plus staff in post.",
        unit="share of 1",
        source=_AHP_CHURN,
        refused=(
            "No posts are known.",
            "Advertised posts: no share of an establishment.",
            "Nobody in post and a negative vacancy.",
            "Staff in post of the same slice are not known.",
        ),
    ),
    Measure(
        name="age_shape",
        label="Age shape",
        definition="People by band of age, of the place alone; age is the year less the year of birth.",
        numerator="Distinct persons in rows of staff.",
        unit="people",
        source="NHS England, NHS HCHS Workforce Statistics (bands of age)",
        refused=(
            "By organisation: the groups are too small.",
            "Organisations known by totals, which tell no age.",
        ),
    ),
    Measure(
        name="learners",
        label="Learners expected to qualify",
        definition="Learners who may still qualify, by profession and financial year of the expected end.",
        numerator="Distinct persons whose status is active, interrupted or not known.",
        unit="people",
        source="This project's own definition",
        refused=("No list of learners is known.",),
    ),
)

#: Every measure by name.
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}


def measure(name: str) -> Measure:
    """The entry of a measure.

    Raises:
        SkillmixError: when there is none of that name.
    """
    try:
        return MEASURES[name]
    except KeyError:
        raise SkillmixError(
            f"There is no measure {name!r}.", cure=f"Choose one of {', '.join(MEASURES)}."
        ) from None
