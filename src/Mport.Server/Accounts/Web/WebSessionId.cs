using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Web;

/// <summary>The lasting id of a web session, by which it is listed and ended: <c>web_</c> and a ULID. It lets nobody in.</summary>
/// <param name="Value">The whole id, prefix included.</param>
internal readonly record struct WebSessionId(string Value)
{
    /// <summary>What every such id begins with.</summary>
    public const string Prefix = "web_";

    /// <summary>A new id for this moment.</summary>
    public static WebSessionId Create(TimeProvider time) => new(Prefix + Ulid.Create(time));

    /// <inheritdoc />
    public override string ToString() => Value;
}
