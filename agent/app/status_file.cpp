#include "agent/app/status_file.hpp"

#include "common/platform/file.hpp"
#include "common/platform/passing_file.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

namespace mimamori::agent::app {
namespace {

constexpr std::size_t status_bytes_max = 64U * 1024;

std::filesystem::path file_in(const std::filesystem::path& folder)
{
    return folder / "status.json";
}

} // namespace

Result<void> write_status(const std::filesystem::path& folder, const RunningStatus& status)
{
    return platform::replace_passing_file(file_in(folder), wire::to_json(status));
}

Result<RunningStatus> read_status(const std::filesystem::path& folder)
{
    const auto text = platform::read_file(file_in(folder), status_bytes_max);
    if (!text)
        return text.error();
    return wire::from_json<RunningStatus>(*text);
}

} // namespace mimamori::agent::app
