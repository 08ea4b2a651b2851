import "./ui/styles";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { queryClient } from "./api/queries";
import { Boundary } from "./ui/Boundary";
import { pressKey } from "./ui/commands";
import { cssVariables, pageNonce, theme } from "./ui/theme";

const nonce = pageNonce();
if (nonce) setNonce(nonce);
window.addEventListener("keydown", pressKey);

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root to draw into.");

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications
          position="bottom-right"
          containerWidth={340}
          limit={3}
          zIndex={400}
          className="notifications"
        />
        <Boundary>
          <App />
        </Boundary>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
