#include "agent/windows/live_windows.hpp"
#include "common/platform/system_windows.hpp"

// windows.h comes first.
#include <windows.h>

#include <oleauto.h>
#include <utility>
#include <wbemidl.h>

namespace mimamori::agent::windows {
namespace {

/// Holds one reference of a COM object.
template <class Interface>
class ComPtr
{
public:
    ComPtr() = default;
    ComPtr(const ComPtr&) = delete;
    ComPtr& operator=(const ComPtr&) = delete;

    ~ComPtr()
    {
        if (object_ != nullptr)
            object_->Release();
    }

    Interface** put() { return &object_; }

    Interface* operator->() const { return object_; }

    Interface* get() const { return object_; }

private:
    Interface* object_{nullptr};
};

/// A BSTR; it frees itself.
class Text
{
public:
    explicit Text(std::string_view text)
        : text_{::SysAllocString(platform::to_wide(text).c_str())}
    {}

    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;

    ~Text() { ::SysFreeString(text_); }

    BSTR get() const { return text_; }

private:
    BSTR text_;
};

/// Whatever a property holds, as text; nothing for what has none.
std::string text_of(const VARIANT& value)
{
    if ((V_VT(&value) & VT_ARRAY) != 0)
    {
        // Lists of small numbers are the only ones that we ask for.
        std::string all;
        SAFEARRAY* const list = V_ARRAY(&value);
        LONG first = 0;
        LONG last = -1;
        if (list == nullptr || FAILED(::SafeArrayGetLBound(list, 1, &first))
            || FAILED(::SafeArrayGetUBound(list, 1, &last)))
            return {};
        constexpr LONG items_max = 64;
        for (LONG i = first; i <= last && i - first < items_max; ++i)
        {
            std::int32_t item = 0;
            const auto kind = V_VT(&value) & VT_TYPEMASK;
            if ((kind != VT_I4 && kind != VT_UI4) || FAILED(::SafeArrayGetElement(list, &i, &item)))
                return {};
            all += (all.empty() ? "" : ";") + std::to_string(item);
        }
        return all;
    }
    if (V_VT(&value) == VT_BOOL)
        return V_BOOL(&value) != VARIANT_FALSE ? "true" : "false";
    if (V_VT(&value) == VT_BSTR)
        return V_BSTR(&value) != nullptr ? platform::to_utf8(V_BSTR(&value)) : std::string{};
    if (V_VT(&value) == VT_I4)
        return std::to_string(V_I4(&value));
    VARIANT text;
    ::VariantInit(&text);
    std::string found;
    constexpr LCID invariant = 0x007F; // So that no number gets the separators of a language.
    auto* const source = const_cast<VARIANT*>(&value); // Older headers; it is only read.
    if (SUCCEEDED(::VariantChangeTypeEx(&text, source, invariant, 0, VT_BSTR))
        && V_BSTR(&text) != nullptr)
        found = platform::to_utf8(V_BSTR(&text));
    ::VariantClear(&text);
    return found;
}

Error failure(const WmiQuestion& question, HRESULT result)
{
    const std::string step = "WMI " + question.wmi_class;
    const auto number = static_cast<std::uint32_t>(result);
    if (result == static_cast<HRESULT>(WBEM_E_INVALID_NAMESPACE)
        || result == static_cast<HRESULT>(WBEM_E_INVALID_CLASS)
        || result == static_cast<HRESULT>(WBEM_E_NOT_FOUND))
        return {Errc::not_found, step + ": not there"};
    if (result == static_cast<HRESULT>(WBEM_E_ACCESS_DENIED) || result == E_ACCESSDENIED)
        return {Errc::forbidden, step + ": access is denied"};
    return platform::system_error(step, number);
}

std::string wql_of(const WmiQuestion& question)
{
    std::string text = "SELECT ";
    for (std::size_t i = 0; i < question.properties.size(); ++i)
        text += (i == 0 ? "" : ",") + question.properties[i];
    text += " FROM " + question.wmi_class;
    return question.condition.empty() ? text : text + " WHERE " + question.condition;
}

WmiRow row_of(IWbemClassObject& object, const WmiQuestion& question)
{
    WmiRow row;
    for (const std::string& property : question.properties)
    {
        VARIANT value;
        ::VariantInit(&value);
        const HRESULT result =
            object.Get(platform::to_wide(property).c_str(), 0, &value, nullptr, nullptr);
        if (SUCCEEDED(result) && V_VT(&value) != VT_NULL && V_VT(&value) != VT_EMPTY)
            row[property] = text_of(value);
        ::VariantClear(&value);
    }
    return row;
}

/// COM for the life of the worker's thread.
class Apartment
{
public:
    Apartment() { platform::release_stack(); }

    ~Apartment()
    {
        if (SUCCEEDED(result_))
            ::CoUninitialize();
    }

    Apartment(const Apartment&) = delete;
    Apartment& operator=(const Apartment&) = delete;

private:
    HRESULT result_ = ::CoInitializeEx(nullptr, COINIT_MULTITHREADED);
};

Result<std::vector<WmiRow>> ask_system(const WmiQuestion& question)
{
    ComPtr<IWbemLocator> locator;
    HRESULT result = ::CoCreateInstance(
        CLSID_WbemLocator, nullptr, CLSCTX_INPROC_SERVER, IID_IWbemLocator,
        reinterpret_cast<void**>(locator.put()));
    if (FAILED(result))
        return failure(question, result);
    ComPtr<IWbemServices> services;
    const Text name_space{question.wmi_namespace};
    result = locator->ConnectServer(
        name_space.get(), nullptr, nullptr, nullptr, WBEM_FLAG_CONNECT_USE_MAX_WAIT, nullptr,
        nullptr, services.put());
    if (FAILED(result))
        return failure(question, result);
    // BitLocker's classes ask for privacy on the way, all others take it too.
    result = ::CoSetProxyBlanket(
        services.get(), RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, nullptr, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
        RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_NONE);
    if (FAILED(result))
        return failure(question, result);
    ComPtr<IEnumWbemClassObject> rows;
    const Text language{"WQL"};
    const Text query{wql_of(question)};
    result = services->ExecQuery(
        language.get(), query.get(), WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY, nullptr,
        rows.put());
    if (FAILED(result))
        return failure(question, result);
    constexpr std::size_t rows_max = 1'000;
    std::vector<WmiRow> found;
    while (found.size() < rows_max)
    {
        ComPtr<IWbemClassObject> object;
        ULONG count = 0;
        result = rows->Next(static_cast<LONG>(WBEM_INFINITE), 1, object.put(), &count);
        if (FAILED(result))
            return failure(question, result);
        if (count == 0)
            break;
        found.push_back(row_of(*object.get(), question));
    }
    return found;
}

} // namespace

std::unique_ptr<Wmi> make_wmi()
{
    constexpr std::chrono::seconds patience{10};
    return std::make_unique<WmiWorker>(
        ask_system, patience, [] { return std::make_shared<Apartment>(); });
}

} // namespace mimamori::agent::windows
