"""The ledger's promises as database triggers, so that they hold for whoever writes, psql included.

The rules of one entry (``credits_check_entry``) and the kernel that writes entries (``post_entry``) are in kernel.sql;
here they are tied to the tables. The deferred ones run at COMMIT, when an act is complete.
"""

import pgtrigger

HOLDING_OPENED_AND_CLOSED_ONCE = pgtrigger.Trigger(
    name="holding_opened_and_closed_once",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'a holding is closed, never deleted' USING ERRCODE = 'check_violation';
        ELSIF TG_OP = 'INSERT' THEN
            IF NEW.closed_by_id IS NOT NULL THEN
                RAISE EXCEPTION 'a holding begins open' USING ERRCODE = 'check_violation';
            END IF;
        ELSE
            IF OLD.closed_by_id IS NOT NULL THEN
                RAISE EXCEPTION 'holding % is closed already', OLD.id USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status IN ('retired', 'cancelled') THEN
                RAISE EXCEPTION 'holding % is %: that is final', OLD.id, OLD.status USING ERRCODE = 'check_violation';
            END IF;
            IF (NEW.id, NEW.serials, NEW.account_id, NEW.status, NEW.issuance_id, NEW.vintage, NEW.opened_by_id)
               IS DISTINCT FROM
               (OLD.id, OLD.serials, OLD.account_id, OLD.status, OLD.issuance_id, OLD.vintage, OLD.opened_by_id) THEN
                RAISE EXCEPTION 'a holding changes only by being closed' USING ERRCODE = 'check_violation';
            END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    """,
)

HOLDING_OPENS_WHAT_WAS_CLOSED = pgtrigger.Trigger(
    name="holding_opens_what_was_closed",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="opened"),
    # At once, and once for all ranges of a statement: closing comes first anyway, or the exclusion constraint refuses.
    func="""
        PERFORM credits_check_entry(o.opened_by_id) FROM (SELECT DISTINCT opened_by_id FROM opened) o;
        RETURN NULL;
    """,
)

HOLDING_OPENING_ENDS_CLOSING = pgtrigger.Trigger(
    name="holding_opening_ends_closing",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    # An entry that opened something was checked against all that it closed: nothing more may be added to that. An entry
    # of a transaction that is still under way is not seen here, so nobody closes in another's name.
    func="""
        IF NOT credits_entry_may_close(NEW.closed_by_id) THEN
            RAISE EXCEPTION 'entry %: it closes what it takes before it opens what it makes, in one transaction',
                NEW.closed_by_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

ENTRY_CONSERVES_SERIALS = pgtrigger.Trigger(
    name="entry_conserves_serials",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    timing=pgtrigger.Deferred,
    # What it closed and opened was checked when it opened; here, at COMMIT: that it did open something.
    func="""
        IF NOT credits_entry_opened(NEW.id) THEN
            RAISE EXCEPTION 'entry %: it opened nothing: what it closed and what it opened are not the same serials',
                NEW.id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """,
)

ENTRY_IS_FREE_TO_MOVE = pgtrigger.Trigger(
    name="entry_is_free_to_move",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func="""
        PERFORM credits_check_guards(NEW);
        RETURN NULL;
    """,
)

ISSUANCE_IS_COMPLETE = pgtrigger.Trigger(
    name="issuance_is_complete",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    timing=pgtrigger.Deferred,
    func="""
        PERFORM credits_check_issuance(NEW.id);
        RETURN NULL;
    """,
)

ALLOTMENT_BELONGS = pgtrigger.Trigger(
    name="allotment_belongs",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    timing=pgtrigger.Deferred,
    func="""
        PERFORM credits_check_issuance(NEW.issuance_id);
        RETURN NULL;
    """,
)

ISSUANCE_SPAN = pgtrigger.Trigger(
    name="issuance_span",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    # Project and seconds in one integer range: the embedded server has no btree_gist to exclude on both together.
    func="""
        NEW.span = int8range(
            (NEW.project_id << 34) + extract(epoch FROM NEW.period_start)::bigint,
            (NEW.project_id << 34) + extract(epoch FROM NEW.period_end)::bigint
        );
        RETURN NEW;
    """,
)

REMAINDER_CONTINUES = pgtrigger.Trigger(
    name="remainder_continues",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF NEW.carried_in_t IS DISTINCT FROM coalesce(
            (SELECT carried_out_t FROM credits_remainder
              WHERE project_id = NEW.project_id AND number = NEW.number - 1), 0)
           OR (NEW.number > 1 AND NOT EXISTS (
               SELECT 1 FROM credits_remainder WHERE project_id = NEW.project_id AND number = NEW.number - 1)) THEN
            RAISE EXCEPTION 'the remainder does not continue the one before' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

REQUEST_KEEPS_ITS_OUTCOME = pgtrigger.Protect(
    name="issuance_request_keeps_its_outcome",
    operation=pgtrigger.UpdateOf(
        "project_id", "period_start", "period_end", "outcome", "quantity_t", "buffer_t", "prepared_by_id", "prepared_at"
    )
    | pgtrigger.Delete,
)


def keeps(name: str, *columns: str) -> pgtrigger.Protect:
    """A trigger that refuses to change these columns and to delete the row; the others may be set."""
    return pgtrigger.Protect(name=f"{name}_keeps_its_terms", operation=pgtrigger.UpdateOf(*columns) | pgtrigger.Delete)


ACCOUNT_CLOSES_EMPTY = pgtrigger.Trigger(
    name="account_closes_empty",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("state"),
    func="""
        IF NEW.state = 'closed' AND EXISTS (
            SELECT 1 FROM credits_holding
             WHERE account_id = NEW.id AND closed_by_id IS NULL AND status NOT IN ('retired', 'cancelled')
        ) THEN
            RAISE EXCEPTION 'account % still holds credits', NEW.id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)
