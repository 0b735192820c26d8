using System.Net.Sockets;

namespace Mport.Server.Edge.Listeners;

/// <summary>Finds out what an accepted connection is, without taking a byte from it.</summary>
internal interface IConnectionSorter
{
    /// <summary>For the log: which port this is.</summary>
    string Kind { get; }

    /// <summary>How long a connection may take to say what it is.</summary>
    TimeSpan Deadline { get; }

    /// <summary>Looks at the first bytes.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException">The deadline is over.</exception>
    ValueTask<Sorted> SortAsync(Socket socket, CancellationToken cancellationToken);
}

/// <summary>What a connection is.</summary>
/// <param name="Destination">Where it goes.</param>
/// <param name="Answer">For a refused one: what to say first; may be empty.</param>
/// <param name="ServerName">For one that is passed through: the host that it asks for, lower-case.</param>
internal readonly record struct Sorted(Destination Destination, ReadOnlyMemory<byte> Answer = default, string? ServerName = null);

/// <summary>Where an accepted connection goes.</summary>
internal enum Destination
{
    /// <summary>To Kestrel.</summary>
    Http,

    /// <summary>To the carriers.</summary>
    Carrier,

    /// <summary>To a tunnel whose TLS is passed through.</summary>
    Passthrough,

    /// <summary>Closed.</summary>
    Nowhere,
}
