"""A table of records from the upload to the evidence: looked at, imported, superseded, withdrawn, and who may."""

import json
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from mrv.records.attachments import attach
from mrv.records.models import RecordFile
from mrv.records.selectors import accepted_files, file_for, files_of, load_rows
from mrv.records.services import answer, discard, import_table, read, receive_records, take_in, withdraw
from registry.audit.models import Event
from registry.core import store
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, NotVisible
from registry.core.roles import Role
from tests.people import developer, member, official

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store", "english")]

DIESEL = (
    "From,To,Activity,Amount,Unit of the amount,Emission factor (kgCO2/unit),Source\n"
    "2021-05-03,2021-05-20,diesel,1200,L,2.68,fuel receipts\n"
)
POWER = DIESEL.replace("diesel,1200,L,2.68,fuel receipts", "electricity,3500,kWh,0.57,meter")


def hand_in(place, text, name="emissions.csv", kind="life_cycle"):
    data = text if isinstance(text, bytes) else text.encode()
    return take_in(actor=place.owner, station=place.station, kind=kind, file_name=name, data=data)


def test_a_table_is_looked_at_and_then_imported_with_its_bytes_kept(jiangkou):
    file = hand_in(jiangkou, DIESEL)
    assert (file.state, store.read(file.sha256)) == ("waiting", DIESEL.encode())
    rows, report = read(file)
    assert rows == [
        {
            "file": "emissions.csv", "row": 2, "from": "2021-05-03", "to": "2021-05-20", "activity": "diesel",
            "amount": "1200", "unit": "L", "factor_t_co2_per_unit": "0.00268", "source": "fuel receipts",
        }
    ]  # fmt: skip
    assert [message.code for message in report.messages] == ["RECORD_UNIT_CONVERTED"], "said, not silent"
    assert not accepted_files(jiangkou.station).exists(), "nothing is imported by looking"
    file = import_table(actor=jiangkou.owner, file=file)
    assert (file.state, file.rows, load_rows(file)) == ("accepted", 1, rows)
    assert [event.action for event in Event.objects.filter(action__startswith="records.").order_by("pk")] == [
        "records.take_in",
        "records.import",
    ]


def test_the_same_bytes_are_recognised(jiangkou):
    first = receive_records(
        actor=jiangkou.owner, station=jiangkou.station, kind="life_cycle", file_name="a.csv", data=DIESEL.encode()
    )
    assert hand_in(jiangkou, DIESEL, name="b.csv").pk == first.pk
    assert RecordFile.objects.count() == 1


def test_rows_that_are_stored_already_are_not_counted_twice(jiangkou):
    first = import_table(actor=jiangkou.owner, file=hand_in(jiangkou, DIESEL))
    second = hand_in(jiangkou, DIESEL + POWER.splitlines()[1] + "\n", name="all.csv")
    with pytest.raises(InvalidInput) as refusal:
        import_table(actor=jiangkou.owner, file=second)
    assert refusal.value.code == "RECORDS_STORED_ALREADY"
    assert "row 2" in str(refusal.value)
    assert "emissions.csv" in str(refusal.value)
    second.refresh_from_db()
    assert second.state == "waiting"
    second = import_table(actor=jiangkou.owner, file=second, replaces=first)
    first.refresh_from_db()
    assert (first.state, second.replaces) == ("superseded", first)
    assert list(accepted_files(jiangkou.station)) == [second]
    assert store.read(first.sha256) == DIESEL.encode(), "superseded, never deleted"


def test_a_design_takes_the_place_of_the_one_before(jiangkou):
    text = "baseline_years,planned_years,samples_per_year,gaugings,claimed_enhancement_pct\n3,5,24,20,{}\n"
    first = import_table(actor=jiangkou.owner, file=hand_in(jiangkou, text.format(25), kind="design"))
    second = import_table(actor=jiangkou.owner, file=hand_in(jiangkou, text.format(30), kind="design"))
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "accepted")


def test_a_table_with_faults_says_all_of_them_and_nothing_is_kept(jiangkou):
    wrong = DIESEL + "2021-06-01,2021-05-01,diesel,many,L,2.68,fuel\n,2021-05-02,oil,1,L,-4,\n"
    file = hand_in(jiangkou, wrong)
    with pytest.raises(InvalidInput) as refusal:
        import_table(actor=jiangkou.owner, file=file)
    said = {(message.code, message.params.get("row")) for message in refusal.value.messages}
    assert {("NOT_A_NUMBER", 3), ("EMPTY_CELL", 4), ("VALUE_OUT_OF_RANGE", 4)} <= said
    file.refresh_from_db()
    assert (file.state, file.content_sha256) == ("waiting", "")


def test_a_settled_answer_is_read_again_and_the_log_has_it(jiangkou):
    text = DIESEL.replace("2021-05-03", "03/05/2021").replace("2021-05-20", "04/05/2021")
    file = hand_in(jiangkou, text)
    rows, report = read(file)
    assert rows is None
    assert "AMBIGUOUS_DATE_ORDER" in {message.code for message in report.errors}
    file = answer(actor=jiangkou.owner, file=file, answers={"date_order": "dmy"})
    rows, _report = read(file)
    assert (rows[0]["from"], rows[0]["to"]) == ("2021-05-03", "2021-05-04")
    assert Event.objects.filter(action="records.answer").count() == 1


def test_withdrawing_needs_a_reason_and_keeps_the_bytes(jiangkou):
    file = import_table(actor=jiangkou.owner, file=hand_in(jiangkou, DIESEL))
    with pytest.raises(InvalidInput):
        withdraw(actor=jiangkou.owner, file=file, reason=" ")
    file = withdraw(actor=jiangkou.owner, file=file, reason="Receipts were doubled.")
    assert (file.state, accepted_files(jiangkou.station).count()) == ("withdrawn", 0)
    assert store.read(file.sha256) == DIESEL.encode()
    with pytest.raises(IllegalTransition):
        withdraw(actor=jiangkou.owner, file=file, reason="Again.")


def test_a_decided_table_is_decided(jiangkou):
    file = discard(actor=jiangkou.owner, file=hand_in(jiangkou, DIESEL))
    with pytest.raises(InvalidInput) as refusal:
        import_table(actor=jiangkou.owner, file=file)
    assert refusal.value.code == "ALREADY_DECIDED"


def test_what_was_imported_changes_no_more_even_by_hand(jiangkou):
    file = import_table(actor=jiangkou.owner, file=hand_in(jiangkou, DIESEL))
    for changes in ({"rows": 7}, {"content_sha256": "0" * 64}, {"answers": {"zone": "UTC"}}, {"file_name": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            RecordFile.objects.filter(pk=file.pk).update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic():
        RecordFile.objects.filter(pk=file.pk).delete()


def test_photographs_are_named_by_rows_and_kept_by_digest(jiangkou):
    text = (
        "from,to,action,what,area_ha,place,photos\n"
        "2021-05-03,2021-05-05,Planting,camphor,3.6,plot 3,plot3.jpg; plot3-after.jpg\n"
    )
    file = hand_in(jiangkou, text, kind="activities")
    assert {message.code for message in read(file)[1].errors} == {"ATTACHMENT_UNKNOWN"}
    photos = {
        name: attach(
            actor=jiangkou.owner, station=jiangkou.station, file_name=name, data=b"\xff\xd8\xff" + name.encode()
        )
        for name in ("plot3.jpg", "plot3-after.jpg")
    }
    rows, _report = read(file)
    assert rows[0]["photos"] == [{"name": name, "sha256": photo.sha256} for name, photo in photos.items()]
    with pytest.raises(InvalidInput) as refusal:
        attach(actor=jiangkou.owner, station=jiangkou.station, file_name="plot3.jpg", data=b"\xff\xd8\xffother")
    assert refusal.value.code == "ATTACHMENT_NAME_TAKEN"
    with pytest.raises(InvalidInput) as refusal:
        attach(actor=jiangkou.owner, station=jiangkou.station, file_name="x.exe", data=b"MZ")
    assert refusal.value.code == "ATTACHMENT_TYPE"


def test_only_the_developer_writes_and_only_those_concerned_read(jiangkou):
    waiting = hand_in(jiangkou, DIESEL)
    kept = import_table(actor=jiangkou.owner, file=hand_in(jiangkou, POWER, name="power.csv"))
    stranger = member(developer("Stranger", "DEV-2"), Role.REPRESENTATIVE)
    clerk = official(Role.REVIEWER)
    for actor, refused in ((stranger, NotVisible), (clerk, NotAllowed)):
        with pytest.raises(refused):
            take_in(actor=actor, station=jiangkou.station, kind="life_cycle", file_name="x.csv", data=b"x")
        with pytest.raises(refused):
            import_table(actor=actor, file=waiting)
        with pytest.raises(NotVisible):
            file_for(actor, waiting.pk)
    assert list(files_of(jiangkou.owner, jiangkou.station)) == [kept, waiting]
    assert list(files_of(clerk, jiangkou.station)) == [kept], "what waits is the owner's alone"
    assert file_for(clerk, kept.pk) == kept
    assert list(files_of(stranger, jiangkou.station)) == []
    with pytest.raises(NotVisible):
        file_for(stranger, kept.pk)


def test_the_kept_report_speaks_both_languages(jiangkou):
    file = import_table(actor=jiangkou.owner, file=hand_in(jiangkou, DIESEL))
    message = json.loads(json.dumps(file.report))["messages"][0]
    assert "kgCO2/unit" in message["en"]
    assert "单位" in message["zh"]


def test_records_reach_the_bundle_and_a_period_without_them_is_as_before(jiangkou):
    from calculations.bundle import read_bundle
    from mrv.periods.services import make_bundle

    period = jiangkou.month_of_evidence()
    bare, _sha256, _sources = make_bundle(period)
    june = POWER.replace("2021-05-03,2021-05-20", "2021-06-01,2021-06-02")
    import_table(actor=jiangkou.owner, file=hand_in(jiangkou, june, name="june.csv"))
    assert make_bundle(period)[0] == bare, "rows of another month are not this period's"
    import_table(actor=jiangkou.owner, file=hand_in(jiangkou, DIESEL))
    digest, sha256, sources = make_bundle(period)
    assert digest != bare
    evidence = read_bundle(store.path(sha256)).evidence
    assert evidence.records == {"life_cycle": load_rows(sources.records.kinds["life_cycle"].files[0])}
    assert ("records/life_cycle", "emissions.csv") in {(raw.kind, raw.name) for raw in evidence.raw}
    assert "june.csv" not in {raw.name for raw in evidence.raw}


def test_a_row_that_lies_partly_in_the_period_stops_the_seal_and_says_which(jiangkou):
    from mrv.periods.services import readiness

    period = jiangkou.month_of_evidence()
    assert (period.first_day, period.last_day) == (date(2021, 5, 1), date(2021, 5, 30))
    import_table(actor=jiangkou.owner, file=hand_in(jiangkou, DIESEL.replace("2021-05-20", "2021-06-20")))
    line = next(line for line in readiness(jiangkou.owner, period) if line.code == "ROW_PARTLY_INSIDE")
    assert (line.ok, line.blocking, line.params["row"], line.params["file"]) == (False, True, 2, "emissions.csv")
    assert line.link.endswith(f"/records/{accepted_files(jiangkou.station).get().pk}/")
