#pragma once

#include "common/base/result.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::windows {

/// One instance of a WMI class: its properties as text, by name. Properties that are null are
/// absent; numbers are decimal, truth values "true" and "false", lists are joined by ';'.
using WmiRow = std::map<std::string, std::string, std::less<>>;

/// A question to WMI. All parts are constants of ours or of the signed definitions, never text from
/// the machine.
struct WmiQuestion
{
    std::string wmi_namespace; ///< "root\cimv2".
    std::string wmi_class;     ///< "Win32_QuickFixEngineering".
    std::vector<std::string> properties;
    std::string condition; ///< WQL behind WHERE, or nothing.

    friend auto operator<=>(const WmiQuestion&, const WmiQuestion&) = default;
};

/// WMI, only for reading. Errors: not_found when namespace or class is not there, forbidden,
/// timeout, unavailable while an earlier question is still open, io.
class Wmi
{
public:
    virtual ~Wmi() = default;

    /// The instances, at most 1,000 of them.
    virtual Result<std::vector<WmiRow>> ask(const WmiQuestion& question) const = 0;
};

/// Asks WMI in one thread of its own, because providers are known to hang for ever, and a thread
/// that hangs in a call cannot be ended without harm to the process.
///
/// A question that is not answered in time gets `timeout`. Until the stuck call returns, all
/// questions are answered at once: "WMI: provider hangs since 2026-11-22T10:00:00Z". So at most one
/// thread is ever lost. When the call returns after all, WMI is asked again. The thread is there
/// only while questions come: it goes when none came for a while.
///
/// Thread-safe; who asks while another is being answered waits for his turn.
class WmiWorker final : public Wmi
{
public:
    /// Asks the system; runs in the worker's thread only, and may block for ever.
    using Ask = std::function<Result<std::vector<WmiRow>>(const WmiQuestion&)>;

    /// What a thread needs to ask: made in it at its start, destroyed in it at its end.
    using Prepare = std::function<std::shared_ptr<void>()>;

    /// `rest_after`: without a question for so long, the thread goes.
    WmiWorker(
        Ask ask,
        std::chrono::milliseconds patience,
        Prepare prepare = [] { return nullptr; },
        std::chrono::milliseconds rest_after = std::chrono::seconds{2});

    /// Does not wait for a call that hangs: its thread goes on with what it owns.
    ~WmiWorker() override;
    WmiWorker(const WmiWorker&) = delete;
    WmiWorker& operator=(const WmiWorker&) = delete;

    Result<std::vector<WmiRow>> ask(const WmiQuestion& question) const override;

private:
    struct Desk;

    mutable std::mutex turn_;    // one question after the other
    std::shared_ptr<Desk> desk_; // shared with the thread, which may outlive us
    std::chrono::milliseconds patience_;
};

} // namespace mimamori::agent::windows
