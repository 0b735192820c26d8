using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Web;

/// <summary>A form that came from a page of ours.</summary>
internal sealed class PostedForm(IFormCollection fields)
{
    /// <summary>A field's text; empty where it was not sent.</summary>
    public string this[string name] => fields[name] is [{ } only] ? only : "";

    /// <summary>A field that must not be shown.</summary>
    public Secret Secret(string name) => new(this[name]);
}
