#include "tests/tidy/checks.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <stdexcept>

// The rules of STYLE.md that can be read off the text, over the whole tree.
namespace mimamori::tidy {
namespace {

struct Tree
{
    std::vector<Source> sources = read_tree(MIMAMORI_SOURCE_DIR);
    std::set<std::string> paths;
    Layers layers = parse_layers(text_of("tests/tidy/layers.txt"));
    std::vector<Word> words = parse_words(text_of("tests/tidy/words_ja.txt"));
    std::vector<Exception> exceptions = parse_exceptions(text_of("tests/tidy/exceptions.txt"));

    Tree()
    {
        for (const auto& source : sources)
            paths.insert(source.path);
    }

    const std::string& text_of(std::string_view path) const
    {
        const auto found = std::find_if(sources.begin(), sources.end(), [&](const Source& source) {
            return source.path == path;
        });
        if (found == sources.end())
            throw std::runtime_error{std::string{path} + " is not in the tree"};
        return found->text;
    }
};

Complaints all_complaints(const Tree& tree)
{
    Complaints all;
    const auto add = [&all](Complaints more) { all.insert(all.end(), more.begin(), more.end()); };
    for (const auto& source : tree.sources)
    {
        add(check_includes(source, tree.layers, tree.paths));
        add(check_platform(source));
        add(check_coroutines(source));
        add(check_calls(source));
        add(check_size_and_form(source));
        add(check_leftovers(source));
        add(check_outside_hosts(source));
        add(check_japanese(source, tree.words));
    }
    return all;
}

std::string sentence(const Complaint& complaint)
{
    return complaint.path + ':' + std::to_string(complaint.line) + ": " + complaint.check + ": "
           + complaint.text;
}

BOOST_AUTO_TEST_SUITE(tidy_tree)

BOOST_AUTO_TEST_CASE(the_tree_keeps_its_own_rules)
{
    Tree tree;
    BOOST_TEST_REQUIRE(tree.sources.size() > 100U);
    for (const auto& complaint : without_exceptions(all_complaints(tree), tree.exceptions))
        BOOST_ERROR(sentence(complaint));
    for (const auto& exception : tree.exceptions)
        BOOST_TEST(
            exception.used, "exceptions.txt: accepts nothing any more: " << exception.check << ' '
                                                                         << exception.path << ' '
                                                                         << exception.word);
}

BOOST_AUTO_TEST_CASE(agent_and_collector_never_depend_on_each_other)
{
    const Tree tree;
    for (const auto& [folder, targets] : tree.layers.folders)
    {
        const std::string side = folder.substr(0, folder.find('/'));
        for (const auto& target : targets)
        {
            const std::string other = target.substr(0, target.find('/'));
            BOOST_TEST(
                (other == side || (side != "common" && other == "common")
                 || (side == "installer" && other == "agent")),
                folder << " -> " << target);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_layer_is_a_folder_and_knows_its_targets)
{
    const Tree tree;
    const auto exists = [&](const std::string& folder) {
        const auto at = tree.paths.lower_bound(folder + '/');
        return at != tree.paths.end() && at->starts_with(folder + '/');
    };
    for (const auto& [folder, targets] : tree.layers.folders)
    {
        BOOST_TEST(exists(folder), folder << " is no folder");
        for (const auto& target : targets)
            BOOST_TEST(tree.layers.folders.contains(target), folder << " -> " << target);
    }
    for (const auto& [header, homes] : tree.layers.homes)
    {
        for (const auto& home : homes)
            BOOST_TEST(
                (exists(home) || tree.paths.contains(home)), home << " is no home of " << header);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::tidy
