using Mport.Protocol;
using Mport.Protocol.Errors;

namespace Mport.Client.Sessions;

/// <summary>Which tunnel an open request and a tunnel number of one session stand for. Thread-safe.</summary>
internal sealed class SessionTunnels
{
    // Late streams come within a round trip of the close: the last few closed numbers are enough to know them by.
    private const int ClosedNumbersKept = 64;

    private readonly Lock _lock = new();
    private readonly Queue<int> _closedNumbers = [];
    private readonly Dictionary<int, HostedTunnel> _requests = [];
    private readonly Dictionary<int, HostedTunnel?> _numbers = [];
    private TaskCompletionSource _answered = NewSignal();
    private int _lastRequest;

    /// <summary>Makes the number of a new request.</summary>
    public int Request(HostedTunnel tunnel)
    {
        lock (_lock)
        {
            _requests.Add(++_lastRequest, tunnel);
            return _lastRequest;
        }
    }

    /// <summary>The requests that wait for their answer, in the order in which they were made.</summary>
    public IReadOnlyList<(int Request, HostedTunnel Tunnel)> Waiting()
    {
        lock (_lock)
        {
            return [.. _requests.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value))];
        }
    }

    /// <summary>A request was answered with a number; gives the tunnel, or null when no such request waits.</summary>
    /// <exception cref="ProtocolException">Another open tunnel has the number.</exception>
    public HostedTunnel? Open(int request, int number)
    {
        TaskCompletionSource answered;
        HostedTunnel? tunnel;
        lock (_lock)
        {
            if (!_requests.Remove(request, out tunnel))
            {
                return null;
            }

            if (_numbers.TryGetValue(number, out var holder) && holder is not null)
            {
                throw new ProtocolException(ProtocolErrors.ControlInvalid, $"The edge gave the number {number} to two tunnels.");
            }

            _numbers[number] = tunnel;
            answered = Answered();
        }

        answered.SetResult();
        return tunnel;
    }

    /// <summary>A request was refused; gives the tunnel, or null when no such request waits.</summary>
    public HostedTunnel? Refuse(int request)
    {
        TaskCompletionSource answered;
        HostedTunnel? tunnel;
        lock (_lock)
        {
            if (!_requests.Remove(request, out tunnel))
            {
                return null;
            }

            answered = Answered();
        }

        answered.SetResult();
        return tunnel;
    }

    /// <summary>A number stands for no tunnel any more; gives the tunnel, or null when it stood for none.</summary>
    public HostedTunnel? Close(int number)
    {
        lock (_lock)
        {
            if (!_numbers.TryGetValue(number, out var tunnel) || tunnel is null)
            {
                return null;
            }

            // The number stays known for a while: streams that the edge opened just before are late and no attack.
            _numbers[number] = null;
            _closedNumbers.Enqueue(number);
            if (_closedNumbers.Count > ClosedNumbersKept && _closedNumbers.Dequeue() is var oldest && _numbers.GetValueOrDefault(oldest) is null)
            {
                _numbers.Remove(oldest);
            }

            return tunnel;
        }
    }

    /// <summary>The number that stands for a tunnel now; null while it is not open.</summary>
    public int? NumberOf(HostedTunnel tunnel)
    {
        lock (_lock)
        {
            foreach (var (number, known) in _numbers)
            {
                if (known == tunnel)
                {
                    return number;
                }
            }

            return null;
        }
    }

    /// <summary>The numbers that stand for a tunnel now.</summary>
    public IReadOnlyList<int> OpenNumbers()
    {
        lock (_lock)
        {
            return [.. _numbers.Where(pair => pair.Value is not null).Select(pair => pair.Key)];
        }
    }

    /// <summary>
    /// What a number stands for. A visitor can be faster than the control message that announces the tunnel, because the two are on different streams:
    /// so while a request waits for its answer, an unknown number waits with it, up to the limit.
    /// </summary>
    public async ValueTask<NumberLookup> FindAsync(int number, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var deadline = time.GetTimestamp() + (long)(limit.TotalSeconds * time.TimestampFrequency);
        while (true)
        {
            Task answered;
            lock (_lock)
            {
                if (_numbers.TryGetValue(number, out var tunnel))
                {
                    return new NumberLookup(Known: true, tunnel);
                }

                if (_requests.Count == 0)
                {
                    return default;
                }

                answered = _answered.Task;
            }

            var left = time.GetElapsedTime(time.GetTimestamp(), deadline);
            try
            {
                await answered.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return default;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TaskCompletionSource Answered()
    {
        var answered = _answered;
        _answered = NewSignal();
        return answered;
    }
}

/// <summary>What a tunnel number stands for.</summary>
/// <param name="Known">Whether the edge ever gave it in this session.</param>
/// <param name="Tunnel">The tunnel, or null when it is closed or unknown.</param>
internal readonly record struct NumberLookup(bool Known, HostedTunnel? Tunnel);
