#include "tests/support/child_process.hpp"

#include "tests/support/temp_folder.hpp"
#include "tests/support/wait_until.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace mimamori::tests {
namespace {

constexpr int not_started = 127;

/// Between fork and exec: only calls that are safe there.
[[noreturn]] void become(std::vector<char*>& arguments, int log)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execvp(arguments.front(), arguments.data());
    const char* why = std::strerror(errno);
    (void)!::write(STDERR_FILENO, why, std::strlen(why));
    ::_exit(not_started);
}

} // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command, std::filesystem::path log)
    : log_{std::move(log)}
{
    std::vector<char*> arguments;
    for (const auto& word : command)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const int file = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0)
        throw std::runtime_error{"open " + log_.string() + ": " + std::strerror(errno)};
    pid_ = ::fork();
    if (pid_ == 0)
        become(arguments, file);
    ::close(file);
    if (pid_ < 0)
        throw std::runtime_error{std::string{"fork: "} + std::strerror(errno)};
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : log_{std::move(other.log_)}
    , pid_{std::exchange(other.pid_, 0)}
    , exit_code_{other.exit_code_}
{}

ChildProcess::~ChildProcess()
{
    if (pid_ == 0 || !is_running())
        return;
    try
    {
        stop();
    }
    catch (const std::exception&)
    {
        kill();
    }
}

void ChildProcess::reap(bool may_wait)
{
    if (exit_code_ || pid_ == 0)
        return;
    int status = 0;
    pid_t got = 0;
    do
        got = ::waitpid(pid_, &status, may_wait ? 0 : WNOHANG);
    while (got < 0 && errno == EINTR);
    if (got != pid_)
        return;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool ChildProcess::is_running()
{
    reap(false);
    return !exit_code_;
}

int ChildProcess::stop(std::chrono::seconds patience)
{
    if (is_running())
        ::kill(pid_, SIGTERM);
    wait_until(
        "the end of process " + std::to_string(pid_), [this] { return !is_running(); }, patience);
    return *exit_code_;
}

void ChildProcess::kill()
{
    if (!is_running())
        return;
    ::kill(pid_, SIGKILL);
    reap(true);
}

std::optional<int> ChildProcess::exit_code()
{
    reap(false);
    return exit_code_;
}

ProgramOutput run_program(const std::vector<std::string>& command, std::chrono::seconds patience)
{
    const TempFolder folder;
    ChildProcess child{command, folder.path() / "output"};
    wait_until(
        "the end of " + command.front(), [&] { return !child.is_running(); }, patience);
    return {*child.exit_code(), text_of(child.log())};
}

bool has_program(const std::string& name)
{
    std::string_view path = std::getenv("PATH") != nullptr ? std::getenv("PATH") : "";
    while (!path.empty())
    {
        const std::filesystem::path folder{path.substr(0, path.find(':'))};
        if (::access((folder / name).c_str(), X_OK) == 0)
            return true;
        path.remove_prefix(std::min(path.size(), folder.native().size() + 1));
    }
    return false;
}

std::string text_of(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream{file, std::ios::binary}.rdbuf();
    return text.str();
}

} // namespace mimamori::tests
