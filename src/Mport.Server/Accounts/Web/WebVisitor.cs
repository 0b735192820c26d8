using System.Net;

namespace Mport.Server.Accounts.Web;

/// <summary>Whom a request to the edge's own pages is from.</summary>
/// <param name="Address">The IP address.</param>
/// <param name="UserAgent">What the browser says it is; not trusted, and cut.</param>
internal sealed record WebVisitor(IPAddress Address, string UserAgent)
{
    /// <summary>Characters of it that are kept.</summary>
    public const int MaxUserAgent = 200;

    /// <summary>The address as it is kept.</summary>
    public string AddressText => (Address.IsIPv4MappedToIPv6 ? Address.MapToIPv4() : Address).ToString();

    /// <summary>Who sent this request.</summary>
    public static WebVisitor Of(HttpContext context)
    {
        var agent = string.Concat(context.Request.Headers.UserAgent.ToString().Where(c => c is >= ' ' and <= '~').Take(MaxUserAgent));
        return new WebVisitor(context.Connection.RemoteIpAddress ?? IPAddress.None, agent);
    }
}
