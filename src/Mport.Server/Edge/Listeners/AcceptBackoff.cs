using System.Net.Sockets;

namespace Mport.Server.Edge.Listeners;

/// <summary>
/// How long an accept loop waits after a failed accept. Out of descriptors or memory, accept fails at once and again, so a loop without a pause
/// would take a whole core; and a loop that ends would leave a port that nobody answers.
/// </summary>
internal sealed class AcceptBackoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private TimeSpan _next = First;

    /// <summary>True from the first failure that is the machine's own until an accept succeeds.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>An accept succeeded. True when accepts had failed before.</summary>
    public bool Succeeded()
    {
        var wasFailing = IsFailing;
        IsFailing = false;
        _next = First;
        return wasFailing;
    }

    /// <summary>An accept failed; gives the pause before the next.</summary>
    public TimeSpan Failed(SocketError error)
    {
        // The visitor hung up between SYN and accept: nothing is wrong here.
        if (error is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.Interrupted)
        {
            return TimeSpan.Zero;
        }

        IsFailing = true;
        var pause = _next;
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return pause;
    }
}
