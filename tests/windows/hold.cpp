// Services of Wine end with the last program that is none: this one stays for ten minutes.
#include <windows.h>

int main()
{
    ::Sleep(600'000);
    return 0;
}
