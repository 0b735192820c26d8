using Mport.Server.Accounts;
using Mport.Server.Hosting;

namespace Mport.Server.Api;

/// <summary>What the API's endpoints work with; all of it lives longer.</summary>
internal sealed record ApiParts
{
    /// <summary>The API's limits.</summary>
    public required ApiOptions Options { get; init; }

    /// <summary>What the edge was told.</summary>
    public required EdgeSettings Settings { get; init; }

    /// <summary>Makes and opens cursors.</summary>
    public required ListCursors Cursors { get; init; }

    /// <summary>Makes addresses with wrong tokens wait.</summary>
    public required AttemptLimiter Attempts { get; init; }

    /// <summary>The accounts.</summary>
    public required UserStore Users { get; init; }

    /// <summary>The access tokens.</summary>
    public required TokenStore Tokens { get; init; }

    /// <summary>How people and machines get in.</summary>
    public required AccountWeb Accounts { get; init; }

    /// <summary>The tunnels.</summary>
    public required TunnelStore Tunnels { get; init; }
}
