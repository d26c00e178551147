"""What the knowledge generators refuse and what they mark, tried with small inputs."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "scripts/knowledge"))

import antivirus_sources  # noqa: E402
import knowledge_file as kf  # noqa: E402
import os_lifecycle  # noqa: E402
import windows_builds  # noqa: E402

ROW = {
    "id": "os-1", "family": "linux", "product": "OS", "version": "1", "distribution": "os",
    "version_id": "1", "end_security": "2026-01-31", "confidence": "read", "source": "page",
}


def lifecycle_row(**changes):
    return os_lifecycle.row_of({**ROW, **changes}, kf.Numbered(), {"Pro"}, {"os"})


class Lifecycle(unittest.TestCase):
    def test_a_day_becomes_a_span_of_one_day(self):
        made = lifecycle_row()
        self.assertEqual((made["ends_earliest"], made["ends_latest"]), ("2026-01-31",) * 2)
        self.assertEqual(made["source"], 0)

    def test_days_that_do_not_exist_are_refused(self):
        for day in ("2026-02-30", "2026-1-31", "soon", "20260131"):
            with self.assertRaisesRegex(kf.BadInput, "os-1: end_security: no day"):
                lifecycle_row(end_security=day)

    def test_a_missing_end_must_say_that_none_was_announced(self):
        with self.assertRaisesRegex(kf.BadInput, "contradict"):
            lifecycle_row(end_security=None)
        self.assertNotIn("ends_latest",
                         lifecycle_row(end_security=None, confidence="not_announced"))
        with self.assertRaisesRegex(kf.BadInput, "contradict"):
            lifecycle_row(confidence="not_announced")

    def test_unverified_dates_stay_marked(self):
        self.assertEqual(lifecycle_row(confidence="unverified")["confidence"], "unverified")
        with self.assertRaisesRegex(kf.BadInput, "confidence is unknown"):
            lifecycle_row(confidence="surely")

    def test_extended_support_needs_confidence_and_programme(self):
        with self.assertRaisesRegex(kf.BadInput, "no confidence"):
            lifecycle_row(end_extended="2027-01-31")
        with self.assertRaisesRegex(kf.BadInput, "no programme"):
            lifecycle_row(end_extended="2027-01-31", end_extended_confidence="read")
        with self.assertRaisesRegex(kf.BadInput, "ends before support"):
            lifecycle_row(end_extended="2025-01-31", end_extended_confidence="read",
                          extended_programme="ESU")

    def test_a_span_holds_its_day(self):
        with self.assertRaisesRegex(kf.BadInput, "outside of its span"):
            lifecycle_row(end_security_earliest="2026-02-01")


class Builds(unittest.TestCase):
    def test_a_release_without_a_day_is_refused(self):
        with self.assertRaisesRegex(kf.BadInput, "B release has no day"):
            windows_builds.update_of({"ubr": 1, "type": "B"}, "line")

    def test_a_single_report_stays_marked(self):
        update = {"ubr": 0, "type": "B", "release_date": "2026-09-08",
                  "date_basis": "reported_once"}
        made = windows_builds.update_of(update, "line")
        self.assertTrue(made["reported_once"])
        self.assertEqual(made["ubr"], 0)

    def test_a_line_is_serviced_as_long_as_its_longest_edition(self):
        rows = [
            {"family": "windows", "servicing": "general", "build": 1, "end_security": "2026-01-01"},
            {"family": "windows", "servicing": "ltsc", "build": 1, "end_security": "2027-01-01",
             "end_extended": "2028-01-01"},
            {"family": "windows", "servicing": "server", "build": 1, "end_security": "2030-01-01"},
        ]
        self.assertEqual(windows_builds.serviced_until(rows, "client", 1), "2028-01-01")
        self.assertEqual(windows_builds.serviced_until(rows, "server", 1), "2030-01-01")
        self.assertIsNone(windows_builds.serviced_until(rows, "client", 2))


class Antivirus(unittest.TestCase):
    def source(self, formats=antivirus_sources.DATE_FORMATS, **members):
        return antivirus_sources.source_of(
            {"from": "page", **members}, "p", {"page"}, {"root": "HKLM\\X"}, formats)

    def test_short_names_are_put_in(self):
        made = self.source(method="registry", key="<root>\\Y", value="v", format="ymd")
        self.assertEqual(made["key"], "HKLM\\X\\Y")
        self.assertNotIn("from", made)
        with self.assertRaisesRegex(kf.BadInput, "no short 'other'"):
            self.source(method="registry", key="<other>", value="v", format="ymd")

    def test_unknown_and_missing_words_are_refused(self):
        for members, complaint in (
                ({"method": "guess"}, "method 'guess'"),
                ({"method": "config", "paths": ["/a"]}, "config needs"),
                ({"method": "process", "name": "x", "paths": []}, "does not take"),
                ({"method": "text", "paths": ["/a"], "format": "date"}, "format 'date'"),
                ({"method": "text", "paths": ["/a"]}, "format None"),
                ({"method": "none", "why": "w", "from": "nobody"}, "from 'nobody'")):
            with self.assertRaisesRegex(kf.BadInput, complaint):
                self.source(**members)

    def test_a_state_has_no_format(self):
        with self.assertRaisesRegex(kf.BadInput, "a state has no format"):
            self.source(formats=None, method="process", name="x", format="ymd")


if __name__ == "__main__":
    unittest.main()
