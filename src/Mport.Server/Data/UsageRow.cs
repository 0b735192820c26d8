using Mport.Server.Accounts;
using Mport.Server.Traffic;

namespace Mport.Server.Data;

/// <summary>The traffic of one tunnel through one token's clients in a minute, an hour or a day.</summary>
internal sealed class UsageRow
{
    /// <summary>The length of the stretch.</summary>
    public required UsageStep Step { get; init; }

    /// <summary>Its beginning, in seconds since 1970.</summary>
    public required long Start { get; init; }

    /// <summary>Whose it is. Not a foreign key: usage outlives what it was counted for, and is written while anything may be deleted.</summary>
    public required UserId AccountId { get; init; }

    /// <summary>The token of the clients.</summary>
    public required TokenId TokenId { get; init; }

    /// <summary>The tunnel.</summary>
    public required TunnelId TunnelId { get; init; }

    /// <summary>Bytes from visitors.</summary>
    public required long BytesIn { get; init; }

    /// <summary>Bytes to visitors.</summary>
    public required long BytesOut { get; init; }

    /// <summary>Visitors' TCP connections that began.</summary>
    public required long Connections { get; init; }

    /// <summary>HTTP requests that began.</summary>
    public required long Requests { get; init; }

    /// <summary>Datagrams from visitors.</summary>
    public required long DatagramsIn { get; init; }

    /// <summary>Datagrams to visitors.</summary>
    public required long DatagramsOut { get; init; }
}

/// <summary>An edge's run that writes usage, and how far it has come: a batch that is written already is not counted again.</summary>
internal sealed class UsageWriterRow
{
    /// <summary>The run, <c>run_</c> and a ULID.</summary>
    public required string Id { get; init; }

    /// <summary>The last batch that was written.</summary>
    public required long Number { get; set; }

    /// <summary>When, in seconds since 1970.</summary>
    public required long WrittenAt { get; set; }
}
