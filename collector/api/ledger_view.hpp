#pragma once

#include "collector/ledger/plan.hpp"
#include "collector/storage/ledger_store.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The ledger as JSON.
namespace mimamori::collector::api {

/// How long many changes at once can be undone.
inline constexpr std::chrono::minutes undo_within{10};

/// Values that a person writes; what is left out stays, an empty text says nothing.
struct LedgerSet
{
    std::optional<std::string> name;
    std::optional<std::string> site; ///< Its id: the department.
    std::optional<std::string> kind;
    std::optional<std::string> place;
    std::optional<std::string> owner;
    std::optional<std::string> supplier;
    std::optional<std::string> contract;
    std::optional<std::string> contract_until;
    std::optional<std::string> bought_year;
    std::optional<std::string> renewal_year;
    std::optional<std::string> asset_number;
    std::optional<std::string> me_number;
    std::optional<std::string> note;
    std::optional<std::string> stage;     ///< "in_use", "spare", "repair", "retired", "disposed".
    std::optional<std::string> stage_day; ///< Since when; left out with another stage: today.
    std::optional<std::string> stage_note;
    std::optional<std::string> os; ///< This and those below: of devices without an agent only.
    std::optional<std::string> vendor;
    std::optional<std::string> model;
    std::optional<std::string> serial;
    std::optional<std::string> address;
    std::optional<std::string> mac;
};
BOOST_DESCRIBE_STRUCT(
    LedgerSet,
    (),
    (name,
     site,
     kind,
     place,
     owner,
     supplier,
     contract,
     contract_until,
     bought_year,
     renewal_year,
     asset_number,
     me_number,
     note,
     stage,
     stage_day,
     stage_note,
     os,
     vendor,
     model,
     serial,
     address,
     mac))

/// The values in the form in which they are kept. Errors: invalid_input.
Result<std::vector<storage::FieldValue>> values_of(const LedgerSet& set);

struct LedgerChangeView
{
    std::int64_t version{0}; ///< Of the entry after it.
    Timestamp at{};
    std::string who;
    std::string field;
    std::string was;
    std::string is_now;
};
BOOST_DESCRIBE_STRUCT(LedgerChangeView, (), (version, at, who, field, was, is_now))

std::vector<LedgerChangeView> views_of(std::vector<storage::LedgerChange> changes);

/// One value that a plan changes.
struct PlannedView
{
    std::string id; ///< Of the device; empty: it is to be added.
    std::string device;
    std::string field;
    std::string was;
    std::string is_now;
};
BOOST_DESCRIBE_STRUCT(PlannedView, (), (id, device, field, was, is_now))

/// What is to be done, or was done.
struct PlanView
{
    std::int64_t added{0};             ///< Devices.
    std::int64_t changed{0};           ///< Devices.
    std::int64_t unchanged{0};         ///< Devices.
    std::int64_t values{0};            ///< That differ.
    std::vector<PlannedView> items;    ///< The first of them.
    std::string expect;                ///< For doing exactly this.
    std::optional<std::int64_t> batch; ///< It was done, and this is what can be undone.
    std::optional<Timestamp> undo_until;
    std::optional<std::int64_t> job; ///< It is being done; see GET /api/v1/ledger/jobs.
};
BOOST_DESCRIBE_STRUCT(
    PlanView, (), (added, changed, unchanged, values, items, expect, batch, undo_until, job))

PlanView view_of(const ledger::Plan& plan);

} // namespace mimamori::collector::api
