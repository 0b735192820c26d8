using System.Security.Cryptography;
using System.Text;

namespace Mport.Server.Accounts.Pages;

/// <summary>What the pages of accounts look like: one small style sheet, which the content security policy names by its hash, and no script but on the pages of passkeys.</summary>
internal static class PageStyle
{
    /// <summary>The style sheet.</summary>
    public const string Sheet = """

        :root { color-scheme: light dark; }
        body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 10vh auto 4rem; padding: 0 1.5rem; }
        h1 { font-size: 1.6rem; line-height: 1.2; }
        h2 { font-size: 1.2rem; margin-top: 2.5rem; }
        form { margin: 1.5rem 0; }
        label { display: block; margin-top: 1rem; font-weight: 600; }
        .hint { margin: 0.2rem 0 0; font-size: 0.9rem; }
        input { box-sizing: border-box; width: 100%; margin-top: 0.3rem; padding: 0.5rem 0.6rem; font: inherit; border: 1px solid #767676; border-radius: 0.3rem; }
        button { margin: 1.25rem 0.75rem 0 0; padding: 0.55rem 1.2rem; font: inherit; font-weight: 600; color: #fff; background: #0b5cad; border: 2px solid #0b5cad; border-radius: 0.3rem; cursor: pointer; }
        button.other { color: inherit; background: transparent; border-color: #767676; }
        table button { margin: 0; padding: 0.2rem 0.7rem; }
        table form { margin: 0; }
        input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid #f5a623; outline-offset: 2px; }
        [role=alert], [role=status] { padding: 0.7rem 1rem; border-left: 0.3rem solid #c0262c; background: color-mix(in srgb, #c0262c 12%, transparent); }
        [role=status] { border-color: #1b7f3b; background: color-mix(in srgb, #1b7f3b 12%, transparent); }
        .code { font: 700 2rem/1.3 ui-monospace, monospace; letter-spacing: 0.1em; }
        code, li.secret { font-family: ui-monospace, monospace; font-size: 0.95rem; overflow-wrap: anywhere; }
        table { border-collapse: collapse; width: 100%; font-size: 0.95rem; }
        th, td { text-align: left; padding: 0.5rem 0.8rem 0.5rem 0; border-bottom: 1px solid #8884; vertical-align: top; overflow-wrap: anywhere; }
        nav a { margin-right: 1.25rem; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        footer { margin-top: 3rem; font-size: 0.9rem; }

        """;

    /// <summary>What a browser may do with such a page: show it, and send its forms back here.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Sheet)))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The same for a page with a script: one of the edge's own, which calls the edge and nobody else.</summary>
    public static string ScriptPolicy { get; } = Policy + "; script-src 'self'; connect-src 'self'";
}
