#pragma once

#include "common/settings/table.hpp"

#include <algorithm>
#include <cstdint>

namespace mimamori::settings {

/// One setting of every kind, for these tests.
struct SampleSettings
{
    enum class Level
    {
        info,
        debug
    };

    bool watch{true};
    Level level{Level::info};
    std::uint16_t port{8444};
    std::string name{"ward \"3\""};
    std::string peer;
    std::chrono::seconds heartbeat{60};
    std::chrono::milliseconds patience{250};
    std::vector<std::string> networks{"10.0.0.0/8"};
    std::filesystem::path data{"/var/lib/mimamori"};
    std::filesystem::path certificate;
};

inline bool has_colon(std::string_view text)
{
    return text.find(':') != std::string_view::npos;
}

inline std::vector<Problem> broken_relations(const SampleSettings& settings)
{
    std::vector<Problem> problems;
    if (settings.patience >= settings.heartbeat)
        problems.push_back({"report.patience", "must be shorter than report.heartbeat"});
    return problems;
}

inline std::vector<Setting<SampleSettings>> sample_rows()
{
    using namespace std::chrono_literals;
    using S = SampleSettings;
    return {
        setting(
            "log.level", &S::level,
            Choice<S::Level>{{{"info", S::Level::info}, {"debug", S::Level::debug}}},
            "How much is written."),
        setting("report.heartbeat", &S::heartbeat, Duration{10s, 1h}, "How often to report."),
        setting("report.patience", &S::patience, Duration{0ms, 5min}, "How long to wait."),
        setting("report.port", &S::port, Whole{1, 65535}, "Where to report."),
        setting(
            "report.peer", &S::peer,
            Text{.bytes_max = 20, .condition = &has_colon, .condition_words = "host:port"},
            "Who is asked."),
        setting("device.name", &S::name, Text{.bytes_min = 1, .bytes_max = 16}, "What it is."),
        setting("device.watch", &S::watch, Flag{}, "Whether to watch."),
        setting(
            "device.networks", &S::networks, Texts{.count_max = 3, .each = {1, 18}},
            "Which networks are ours."),
        setting("paths.data", &S::data, Path{}, "Where everything is kept."),
        setting(
            "paths.certificate", &S::certificate, Path{.may_be_empty = true},
            "The hospital's own certificate."),
    };
}

inline const Table<SampleSettings>& sample_table()
{
    static const Table<SampleSettings> table{"sample", sample_rows(), &broken_relations};
    return table;
}

} // namespace mimamori::settings
