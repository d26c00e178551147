#include "collector/knowledge/knowledge_file.hpp"

#include "embed/knowledge_files.hpp"
#include <cassert>

namespace mimamori::collector::knowledge {

std::string_view embedded_knowledge(std::string_view name)
{
    const EmbeddedFile* file = find_embedded(embedded::files(), std::string{name} + ".json");
    assert(file != nullptr);
    return file == nullptr ? std::string_view{} : file->text();
}

Result<void> check_head(const KnowledgeHead& head, std::string_view name)
{
    const auto refuse = [&](std::string_view why) {
        return Error{Errc::invalid_input, std::string{name} + ": " + std::string{why}};
    };
    if (head.name != name)
        return refuse("name: this is another file: " + head.name);
    if (head.version == 0)
        return refuse("version: missing");
    if (head.data_date == Date{})
        return refuse("data_date: missing");
    if (head.expires <= head.data_date)
        return refuse("expires: missing or before data_date");
    return {};
}

} // namespace mimamori::collector::knowledge
