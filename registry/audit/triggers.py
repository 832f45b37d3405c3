"""What the database itself keeps of the log's promises, whoever writes to it."""

import pgtrigger

AWAITS_ITS_LEAF = pgtrigger.Trigger(
    name="event_awaits_its_leaf",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="added"),
    func="INSERT INTO audit_pending (event_id) SELECT id FROM added; RETURN NULL;",
)

LEAVES_WITH_A_LEAF = pgtrigger.Trigger(
    name="pending_leaves_with_a_leaf",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Delete,
    referencing=pgtrigger.Referencing(old="gone"),
    func="""
        IF EXISTS (SELECT 1 FROM gone WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.event_id = gone.event_id))
        THEN
            RAISE EXCEPTION 'an event leaves the queue only into the tree' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """,
)

LEAVES_ARE_CONTIGUOUS_AND_TRUE = pgtrigger.Trigger(
    name="leaves_contiguous_and_true",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="added"),
    declare=[("first", "bigint"), ("last", "bigint"), ("count", "bigint")],
    func="""
        SELECT min(a.index), max(a.index), count(*) INTO first, last, count FROM added a;
        IF count > 0 AND (last - first + 1 <> count OR first < 0
            OR (first > 0 AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.index = first - 1)))
        THEN
            RAISE EXCEPTION 'leaves follow one another without a gap' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM added a JOIN audit_event e ON e.id = a.event_id
                    WHERE a.hash <> sha256('\\x00'::bytea || e.body))
        THEN
            RAISE EXCEPTION 'a leaf is the hash of its event' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """,
)

TILES_ARE_WHOLE = pgtrigger.Trigger(
    name="tiles_whole",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF octet_length(NEW.hashes) <> 8192 OR octet_length(NEW.root) <> 32 THEN
            RAISE EXCEPTION 'a tile is kept when it is complete' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

CHECKPOINTS_ONLY_GROW = pgtrigger.Trigger(
    name="checkpoints_only_grow",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF EXISTS (SELECT 1 FROM audit_checkpoint c
                    WHERE c.size > NEW.size OR (c.size = NEW.size AND c.root <> NEW.root)) THEN
            RAISE EXCEPTION 'a checkpoint never goes back' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.size > 0 AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.index = NEW.size - 1) THEN
            RAISE EXCEPTION 'a checkpoint speaks of leaves that are there' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

VERIFICATION_ENDS_ONCE = pgtrigger.Trigger(
    name="verification_ends_once",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__ended_at__isnull=False),
    func="RAISE EXCEPTION 'the outcome of a verification does not change' USING ERRCODE = 'check_violation';",
)
