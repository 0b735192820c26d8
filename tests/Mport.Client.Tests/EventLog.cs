using System.Threading.Channels;
using Mport.Testing;

namespace Mport.Client.Tests;

/// <summary>Keeps the engine's events, and lets a test wait for the next of a kind.</summary>
internal sealed class EventLog : IClientObserver
{
    private readonly Channel<ClientEvent> _events = Channel.CreateUnbounded<ClientEvent>();
    private readonly Lock _lock = new();
    private readonly List<ClientEvent> _all = [];

    /// <summary>All events so far.</summary>
    public IReadOnlyList<ClientEvent> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _all];
            }
        }
    }

    public void On(ClientEvent happened)
    {
        lock (_lock)
        {
            _all.Add(happened);
        }

        _events.Writer.TryWrite(happened);
    }

    /// <summary>The next event of this kind; others before it are passed over.</summary>
    public async Task<T> NextAsync<T>()
        where T : ClientEvent
    {
        return await SkipAsync().Limited($"the engine to tell {typeof(T).Name}; told so far: {string.Join(", ", All.Select(one => one.GetType().Name))}");

        async Task<T> SkipAsync()
        {
            while (true)
            {
                if (await _events.Reader.ReadAsync() is T wanted)
                {
                    return wanted;
                }
            }
        }
    }
}
