namespace Mport.EndToEnd.Tests.Kit;

/// <summary>The signals that tests send, with their numbers on Linux.</summary>
internal enum Signal
{
    HangUp = 1,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
